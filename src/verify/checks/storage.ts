/** What is stored: sealed, for as long as its rule says, gone when it was erased, behind walls, and in a record that holds. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { openCheckpoint } from '../../record/checkpoint.ts';
import { noteVerifier } from '../../record/note.ts';
import type { Verdict } from '../../record/verdict.ts';
import { quoted, sqlName } from '../../store/map/rows.ts';
import type { MapEntry } from '../../store/map/table.ts';
import { identifier, sparing } from '../../store/retention/endings.ts';
import { broken, type Check, countOf, kept, noneOf } from '../check.ts';
import type { Answer, Eyes } from '../eyes.ts';

/** Sealed values begin with these: format, and a version of the key (`src/store/sealing/seal.ts`). */
const SEALED_BYTES_MIN = 30;
const ROWS_LOOKED = 500;

/** The personal columns of a table that the map calls sealed, by their names in PostgreSQL. */
const sealedColumns = (entry: MapEntry): string[] =>
  Object.entries(entry.columns).flatMap(([key, { how }]) => (how === 'sealed' ? [sqlName(entry, key)] : []));

export const sealed: Check = {
  id: 'sealed',
  clauses: ['SECURE-3'],
  pace: 'hour',
  probe:
    'Reads rows of every table as they are stored, 500 of each column at most, past every view of ours, and looks whether each sealed column holds sealed bytes.',
  async look({ store, rows }) {
    const wrong: string[] = [];
    let columns = 0;
    const types = await rows<{ place: string; type: string }>(
      `select table_name || '.' || column_name as place, data_type as type from information_schema.columns where table_schema = 'public'`,
    );
    const typeOf = new Map(types.map(({ place, type }) => [place, type]));
    for (const entry of store.map) {
      for (const column of sealedColumns(entry)) {
        columns += 1;
        const place = `${entry.name}.${column}`;
        if (typeOf.get(place) !== 'bytea') {
          wrong.push(`${place} is ${typeOf.get(place) ?? 'not there'}`);
          continue;
        }
        const [found] = await rows<{ n: number }>(
          `select count(*)::int as n from (select ${quoted(column)} as v from ${quoted(entry.name)} where ${quoted(column)} is not null limit ${ROWS_LOOKED}) s
           where octet_length(v) < ${SEALED_BYTES_MIN} or get_byte(v, 0) <> 1`,
        );
        if ((found?.n ?? 0) > 0) wrong.push(`${place} holds ${found?.n} values that are not sealed`);
      }
    }
    return noneOf(
      wrong,
      `${countOf(columns, 'column')} that name, reach or describe somebody hold sealed bytes only. Reach: rows.`,
    );
  },
};

export const walls: Check = {
  id: 'database-walls',
  clauses: ['SECURE-3', 'DISCLOSE-1'],
  pace: 'hour',
  probe:
    'Compares rights, policies, views and roles of the running database with what follows from the data map.',
  async look({ fallen }) {
    const found = await fallen();
    return noneOf(
      found.map(({ what }) => what),
      'Each role may do what the data map gives it and nothing else; statistics are read through two views of clamped numbers.',
    );
  },
};

/** The sweep comes three times an hour. */
const SLACK_DAYS = 1;

export const retention: Check = {
  id: 'retention',
  clauses: ['RETAIN-1', 'COLLECT-5'],
  pace: 'hour',
  probe:
    'Counts in every table the rows, and the values with an end of their own, that are a day past the rule that the data map gives them.',
  async look({ store, sweeping }) {
    const wrong: string[] = [];
    const rules = store.map.flatMap(rulesOf);
    await sweeping.transaction(async (tx) => {
      await tx.execute(sql`set transaction read only`);
      for (const { entry, column, days, event, or } of rules) {
        // Reckoned here and not by the sweep's own condition, which is what is looked at.
        const at = sql`now() - make_interval(days => ${days + SLACK_DAYS})`;
        const of = (key: string) => sql`${identifier(entry.name)}.${identifier(sqlName(entry, key))}`;
        // Two conditions instead of a coalesce, so that an index serves.
        const ended =
          or === undefined
            ? sql`${of(event)} <= ${at}`
            : sql`(${of(event)} <= ${at} or (${of(event)} is null and ${of(or)} <= ${at}))`;
        const there = column === null ? sql`` : sql` and ${of(column)} is not null`;
        const spared = await sparing(tx, store.map, entry);
        const { rows } = await tx.execute<{ n: number }>(
          sql`select count(*)::int as n from (select 1 from ${identifier(entry.name)} where ${ended}${there}${spared} limit 1000) s`,
        );
        const n = rows[0]?.n ?? 0;
        if (n > 0) wrong.push(`${entry.name}${column === null ? '' : `.${column}`} has ${n} past their end`);
      }
    });
    return noneOf(
      wrong,
      `${countOf(rules.length, 'rule')} of when something ends: nothing is a day past its end, but what a legal hold or a restriction keeps.`,
    );
  },
};

/** Every rule of the map by which rows, or one of their columns, end so many days after something. */
const rulesOf = (entry: MapEntry) => {
  const { retention: row } = entry;
  const whole = row.kind === 'days after' ? [{ entry, column: null, ...row }] : [];
  const alone = Object.entries(entry.columns).flatMap(([column, { facts }]) =>
    'retention' in facts && facts.retention?.kind === 'days after'
      ? [{ entry, column, ...facts.retention }]
      : [],
  );
  return [...whole, ...alone];
};

const ERASED_LOOKED = 2000;
/** Whoever is being erased is in the ledger first: what is still there then is looked for again. */
const AGAIN_MS = 1_500;
const AGAIN_MAX = 4;

export const erased: Check = {
  id: 'erased',
  clauses: ['RETAIN-2'],
  pace: 'hour',
  probe:
    'Takes the newest names of the ledger of erasures, which lies outside the database, and looks for a key or a row of any of them; and for deletions that are late.',
  async look(eyes, signal) {
    const some = eyes.erased().slice(-ERASED_LOOKED);
    let left = await leftOf(eyes, some);
    for (let again = 0; left.length > 0 && again < AGAIN_MAX; again += 1) {
      await sleep(AGAIN_MS, undefined, { signal });
      left = await leftOf(
        eyes,
        left.map(({ subject }) => subject),
      );
    }
    const [late] = await eyes.rows<{ n: number }>(
      `select count(*)::int as n from erasure where (state = 'scheduled' and due_at < now() - interval '1 day') or (state = 'begun' and begun_at < now() - interval '1 hour')`,
    );
    const alive = left.filter(({ open }) => open).length;
    const tables = Object.entries(
      Object.groupBy(
        left.flatMap(({ tables }) => tables),
        (table) => table,
      ),
    );
    const wrong = [
      ...(alive > 0 ? [`${countOf(alive, 'key')} of people who were erased still open`] : []),
      ...tables.map(
        ([table, of = []]) =>
          `${table} has rows of ${countOf(of.length, 'person', 'people')} who were erased`,
      ),
      ...((late?.n ?? 0) > 0
        ? [`${countOf(late?.n ?? 0, 'deletion')} should have been carried out before now`]
        : []),
    ];
    return noneOf(
      wrong,
      `Of ${countOf(some.length, 'name')} of the ledger no key is left and no row names them, but what a legal hold keeps; no deletion is late.`,
    );
  },
};

type Subject = ReturnType<Eyes['erased']>[number];

interface Left {
  readonly subject: Subject;
  /** Whether their key is there. */
  readonly open: boolean;
  /** Tables that name them. */
  readonly tables: readonly string[];
}

/** Those of whom something is left that should not be: nothing is under way, and no hold keeps it. */
async function leftOf(eyes: Eyes, subjects: readonly Subject[]): Promise<Left[]> {
  const underWay = await idsOf(
    eyes,
    `select coalesce(person_id, account_id) as id from erasure where state = 'begun' and begun_at > now() - interval '1 hour'`,
  );
  const some = subjects.filter((subject) => !eyes.held(subject) && !underWay.has(subject.id));
  const named = await tablesNaming(eyes, some);
  return some.flatMap((subject) => {
    const open = eyes.store.keys.has(subject.kind, subject.id);
    const tables = named.get(subject.id) ?? [];
    return open || tables.length > 0 ? [{ subject, open, tables }] : [];
  });
}

async function tablesNaming(
  eyes: Eyes,
  subjects: readonly Subject[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const entry of subjects.length === 0 ? [] : eyes.store.map) {
    const { subject } = entry;
    if (subject.kind !== 'self' && subject.kind !== 'direct') continue;
    const ids = subjects.filter(({ kind }) => kind === subject.of).map(({ id }) => id);
    const column = quoted(sqlName(entry, subject.column));
    const named = await idsOf(
      eyes,
      `select distinct ${column} as id from ${quoted(entry.name)} where ${column} = any($1::uuid[])`,
      [ids],
    );
    for (const id of named) found.set(id, [...(found.get(id) ?? []), entry.name]);
  }
  return found;
}

/** As ids are written everywhere else: without hyphens. */
async function idsOf({ rows }: Eyes, statement: string, values?: readonly unknown[]): Promise<Set<string>> {
  const found = await rows<{ id: string }>(statement, values);
  return new Set(found.map(({ id }) => id.replaceAll('-', '')));
}

export const record: Check = {
  id: 'record',
  clauses: ['SECURE-3'],
  pace: 'hour',
  probe:
    'Reads the newest checkpoint of the record as a stranger gets it, and recomputes all hashes from the entries and tiles on the disk.',
  async look({ store, page }, signal) {
    const { status, text } = await newestCheckpoint(page, signal);
    if (status !== 200) return broken('The record’s newest checkpoint cannot be read.');
    const found = await verified(store.record, signal);
    if (!found.ok) {
      const place = [`entry ${found.index.toLocaleString('en')}`, found.path].filter(Boolean).join(', ');
      return broken(`The record on the disk is damaged (${place}). ${found.reason}`);
    }
    const { log, verifierKey } = store.record;
    const { size, root } = openCheckpoint(text, [noteVerifier(verifierKey)]);
    if (!(await log.root(size)).equals(root))
      return broken('The record on the disk is not the one that was published.');
    return kept(
      `${countOf(size, 'entry', 'entries')} are published, and the entries and tiles on the disk give the same hash.`,
    );
  },
};

/** A record that was just begun has none for a moment. */
async function newestCheckpoint(page: Eyes['page'], signal: AbortSignal): Promise<Answer> {
  const found = await page('/record/checkpoint');
  if (found.status !== 404) return found;
  await sleep(AGAIN_MS, undefined, { signal });
  return page('/record/checkpoint');
}

/** A record that grows meanwhile may look damaged once. */
async function verified(record: Eyes['store']['record'], signal: AbortSignal): Promise<Verdict> {
  const found = await record.verify(signal);
  if (found.ok) return found;
  await sleep(AGAIN_MS, undefined, { signal });
  return record.verify(signal);
}
