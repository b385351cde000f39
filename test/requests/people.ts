/** People who ask about their data: forms and pages as a browser without a script sends and gets them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from '../sign-in/browser.ts';
import type { TestControl } from '../support/control.ts';

const WAIT_MS_MAX = 20_000;
const WAIT_MS = 50;

export interface Row {
  readonly id: string;
  readonly right: string;
  readonly state: string;
  readonly decision: string | null;
  readonly proven_by: string | null;
  readonly person: string | null;
  readonly steps: number;
  readonly received_at: Date;
  readonly due_at: Date;
  readonly respond_by: Date;
  readonly next_at: Date | null;
  readonly has_intake: boolean;
}

type Who = Pick<Browser, 'cookie'> | null;
type Form = Readonly<Record<string, string>>;

export function requestsOf(control: Pick<TestControl, 'settings' | 'sql' | 'admin'>) {
  const { siteUrl } = control.settings;
  const send = (who: Who, path: string, form?: Form, origin = siteUrl) =>
    fetch(siteUrl + path, {
      redirect: 'manual',
      headers: { ...(who !== null && { cookie: who.cookie }), origin },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
  const rows = () =>
    control.sql<Row & Record<string, unknown>>(
      `select replace(id::text, '-', '') as id, asked_for as right, state, decision, proven_by,
        replace(person_id::text, '-', '') as person, steps, received_at, due_at, respond_by, next_at,
        intake is not null as has_intake
       from privacy_request order by entered_at, id`,
    );
  const newest = async (): Promise<Row> => {
    const row = (await rows()).at(-1);
    if (row === undefined) throw new Error('nobody asked');
    return row;
  };
  return {
    send,
    rows,
    newest,
    ask: (who: Who, right: string, form: Form = {}) =>
      send(who, `/privacy/requests?for=${right}`, { right, place: 'unsaid', ...form }),
    /** Asked and taken up: the path of its page. */
    async asked(who: Who, right: string, form: Form = {}): Promise<string> {
      const answer = await send(who, `/privacy/requests?for=${right}`, { right, place: 'unsaid', ...form });
      const path = answer.headers.get('location');
      if (answer.status !== 303 || path === null) throw new Error(`${answer.status}: ${await answer.text()}`);
      return path;
    },
    page: async (path: string, who: Who = null): Promise<string> => (await send(who, path)).text(),
    post: (who: Who, path: string, form: Form) => send(who, path, form),
    /** The newest, once it is in one of these states. */
    async until(...states: string[]): Promise<Row> {
      for (const begun = performance.now(); performance.now() - begun < WAIT_MS_MAX; await sleep(WAIT_MS)) {
        const row = await newest();
        if (states.includes(row.state)) return row;
      }
      throw new Error(`it is not ${states.join(' or ')}: ${JSON.stringify(await newest())}`);
    },
    /** Templates of the mails so far, the oldest first. */
    mails: async (): Promise<string[]> => {
      const found = await control.sql<{ template: string }>('select template from mail order by created_at');
      return found.map(({ template }) => template);
    },
    /** What the newest mail of a template says. */
    async letter(template: string): Promise<string> {
      const { body } = await control.admin('GET', '/mails');
      const found = body.mails.find((each: { template: string }) => each.template === template);
      if (found === undefined) throw new Error(`no mail ${template}`);
      return (await control.admin('GET', `/mails/${found.id}`)).body.text;
    },
    /** Entries of the record about requests: event after event. */
    entries: async (): Promise<number> =>
      (await control.sql("select 1 from record_entry where kind = 'request'")).length,
    steps: async (id: string): Promise<string[]> => {
      const found = await control.sql<{ event: string | null }>(
        'select event from privacy_request_step where request_id = $1::uuid order by number',
        [id],
      );
      return found.map(({ event }) => event ?? 'came');
    },
  };
}

export const proofIn = (letter: string): string => {
  const [, token] = /requests\/prove\?token=([\w-]{43})/.exec(letter) ?? [];
  if (token === undefined) throw new Error(`no link in: ${letter}`);
  return token;
};
