/** Staff, and systems outside that they register by the desk's own forms. */
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';

export async function hire(control: TestControl, name: string, role: string): Promise<Browser> {
  const one = await somebody(control, `${name}@example.org`, role);
  await strengthen(one);
  return one;
}

type Form = Readonly<Record<string, string>>;
type Who = Pick<Browser, 'cookie'> | null;

export const CRM: Form = {
  name: 'Customer database',
  kind: 'crm',
  'class_user.name': 'yes',
  'class_user.contact.email': 'yes',
  holds_customers: 'yes',
  owner: '',
  finding: 'Search by address, then by name',
};

export function officeOf(control: TestControl) {
  const { siteUrl } = control.settings;
  const post = (who: Who, path: string, form: Form | FormData, origin = siteUrl) =>
    fetch(siteUrl + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin, ...(who !== null && { cookie: who.cookie }) },
      body: form instanceof FormData ? form : new URLSearchParams(form),
    });
  const page = (who: Who, path: string) =>
    fetch(siteUrl + path, { redirect: 'manual', headers: who === null ? {} : { cookie: who.cookie } });
  const personOf = async (email: string): Promise<string> => {
    const { body } = await control.admin('GET', `/accounts/${encodeURIComponent(email)}`);
    const [row] = await control.sql<{ id: string }>(
      "select replace(person_id::text, '-', '') as id from membership where account_id = $1::uuid",
      [body.id.slice('acct_'.length)],
    );
    return row?.id ?? '';
  };
  return {
    post,
    page,
    personOf,
    text: async (who: Who, path: string): Promise<string> => (await page(who, path)).text(),
    register: (who: Who, form: Form = {}) => post(who, '/desk/systems/new', { ...CRM, ...form }),
    /** Registered: its id. */
    async registered(who: Who, form: Form = {}): Promise<string> {
      const answer = await post(who, '/desk/systems/new', { ...CRM, ...form });
      if (answer.status !== 303) throw new Error(`${answer.status}: ${await answer.text()}`);
      const [row] = await control.sql<{ id: string }>(
        "select replace(id::text, '-', '') as id from outside_system order by registered_at desc, id limit 1",
      );
      return row?.id ?? '';
    },
  };
}

export interface TaskRow {
  readonly id: string;
  readonly system: string;
  readonly what: string;
  readonly state: string;
  readonly request: string | null;
  readonly erasure: string | null;
  readonly person: string | null;
  readonly due_at: Date;
  readonly until: Date;
  readonly has_who: boolean;
}

/** The first opened first. */
export function tasksIn(control: Pick<TestControl, 'sql'>): Promise<TaskRow[]> {
  const hex = (column: string, name: string) => `replace(t.${column}::text, '-', '') as ${name}`;
  return control.sql<TaskRow & Record<string, unknown>>(
    `select ${hex('id', 'id')}, s.name as system, t.what, t.state, ${hex('request_id', 'request')},
      ${hex('erasure_id', 'erasure')}, ${hex('person_id', 'person')}, t.due_at, t.until, t.who is not null as has_who
     from outside_task t join outside_system s on s.id = t.system_id order by t.opened_at, s.name`,
  );
}
