/**
 * The live catalogue of a database as plain words, so that it can be compared with what the data map demands. Reads
 * only; what it reads every role may read.
 */
import type pg from 'pg';
import { ROLE_NAMES } from './roles.ts';
import type { LiveView } from './views.ts';

export interface LiveTable {
  /** With its schema. */
  readonly name: string;
  /** `r` a table, `p` a partitioned one, `v` a view, `m` a materialised view, `f` a foreign table. */
  readonly kind: string;
  readonly rowSecurity: boolean;
  readonly forced: boolean;
  readonly owner: string;
  readonly columns: readonly string[];
}

export interface LivePolicy {
  /** With its schema. */
  readonly table: string;
  readonly name: string;
  /** `r` select, `a` insert, `w` update, `d` delete, `*` all. */
  readonly command: string;
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
}

export interface LiveRole {
  readonly name: string;
  /** Superuser, BYPASSRLS, CREATEROLE, CREATEDB or REPLICATION. */
  readonly mighty: boolean;
  readonly login: boolean;
  readonly inherits: boolean;
  /** Roles that it is a member of. */
  readonly memberOf: readonly string[];
}

export interface Catalogue {
  readonly tables: readonly LiveTable[];
  readonly views: readonly LiveView[];
  readonly policies: readonly LivePolicy[];
  readonly roles: readonly LiveRole[];
  /** `grantee command object column`; `*` for the whole object; grantee `public` is everybody. */
  readonly grants: ReadonlySet<string>;
  /** Functions that run with their owner's rights. */
  readonly definers: readonly string[];
  /** Sequences that belong to a table's column. */
  readonly sequences: readonly { readonly sequence: string; readonly table: string }[];
  /** Whether every role of the server may connect. */
  readonly openToPublic: boolean;
  readonly database: string;
  /** The database's owner. */
  readonly owner: string;
  /** Whether who reads this may do as the database's owner. */
  readonly ownsDatabase: boolean;
  /** Who reads this. */
  readonly user: string;
  /** Whether who reads this may make roles. */
  readonly makesRoles: boolean;
}

/** Schemas of PostgreSQL's own. */
const OURS = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

const TABLES = `
  select n.nspname || '.' || c.relname as name, c.relkind as kind, c.relrowsecurity as "rowSecurity",
    c.relforcerowsecurity as forced, pg_get_userbyid(c.relowner) as owner,
    array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      order by a.attnum) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and ${OURS} order by 1`;

const VIEWS = `
  select n.nspname || '.' || c.relname as name, obj_description(c.oid, 'pg_class') as comment,
    md5(pg_get_viewdef(c.oid)) as printed
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'v' and ${OURS}`;

const POLICIES = `
  select n.nspname || '.' || c.relname as "table", p.polname as name, p.polcmd as command, p.polpermissive as permissive,
    array(select case when role = 0 then 'public' else pg_get_userbyid(role)::text end from unnest(p.polroles) role) as roles,
    pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check
  from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace order by 1, 2`;

const ROLES_THERE = `
  select r.rolname as name, r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication as mighty,
    r.rolcanlogin as login, r.rolinherit as inherits,
    array(select distinct pg_get_userbyid(m.roleid)::text from pg_auth_members m where m.member = r.oid) as "memberOf"
  from pg_roles r
  where r.rolname = any($1::text[]) or r.rolname like 'kept\\_login\\_%'
    or exists (select from pg_auth_members m where m.member = r.oid and pg_get_userbyid(m.roleid)::text = any($1::text[]))`;

const GRANTS = `
  with granted as (
    select n.nspname || '.' || c.relname as object, '*' as part, c.relowner as owner, a.grantee, a.privilege_type
    from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${OURS}
    union all
    select n.nspname || '.' || c.relname, t.attname, c.relowner, a.grantee, a.privilege_type
    from pg_attribute t join pg_class c on c.oid = t.attrelid join pg_namespace n on n.oid = c.relnamespace,
      aclexplode(t.attacl) a
    where not t.attisdropped and ${OURS}
    union all
    select 'schema ' || n.nspname, '*', n.nspowner, a.grantee, a.privilege_type
    from pg_namespace n, aclexplode(n.nspacl) a where ${OURS}
    union all
    select 'database', '*', datdba, a.grantee, a.privilege_type
    from pg_database, aclexplode(datacl) a where datname = current_database() and a.grantee <> 0
  )
  select distinct concat_ws(' ', case when grantee = 0 then 'public' else pg_get_userbyid(grantee)::text end,
    lower(privilege_type), object, part) as line
  from granted where grantee <> owner and not (object = 'schema public' and grantee = 0 and privilege_type = 'USAGE')`;

const DEFINERS = `
  select n.nspname || '.' || p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where p.prosecdef and ${OURS}
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`;

const SEQUENCES = `
  select n.nspname || '.' || s.relname as sequence, tn.nspname || '.' || t.relname as "table"
  from pg_class s join pg_namespace n on n.oid = s.relnamespace
    join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
      and d.deptype in ('a', 'i')
    join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
  where s.relkind = 'S' and ${OURS}`;

const DATABASE = `
  select datname::text as database, pg_get_userbyid(datdba)::text as owner, current_user::text as "user",
    pg_has_role(current_user, datdba, 'USAGE') as "ownsDatabase",
    datacl is null or exists (select from aclexplode(datacl) a where a.grantee = 0) as "openToPublic",
    (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as "makesRoles"
  from pg_database where datname = current_database()`;
type DatabaseFacts = Pick<
  Catalogue,
  'database' | 'owner' | 'ownsDatabase' | 'user' | 'openToPublic' | 'makesRoles'
>;

/** Reads the catalogue in one go; the connection may be inside a transaction. */
export async function readCatalogue(client: pg.ClientBase): Promise<Catalogue> {
  const rows = async <R extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
    (await client.query<R>(text, values)).rows;
  const [database] = await rows<DatabaseFacts>(DATABASE);
  if (database === undefined) throw new Error('the database has no name');
  return {
    tables: await rows<LiveTable>(TABLES),
    views: await rows<LiveView>(VIEWS),
    policies: await rows<LivePolicy>(POLICIES),
    roles: await rows<LiveRole>(ROLES_THERE, [ROLE_NAMES]),
    grants: new Set((await rows<{ line: string }>(GRANTS)).map((row) => row.line)),
    definers: (await rows<{ name: string }>(DEFINERS)).map((row) => row.name),
    sequences: await rows<{ sequence: string; table: string }>(SEQUENCES),
    ...database,
  };
}
