/** The register of breaches at the desk, by its own forms. */
import type { Browser } from '../sign-in/browser.ts';
import type { TestControl } from '../support/control.ts';

type Form = Readonly<Record<string, string>>;
type Who = Pick<Browser, 'cookie'> | null;

const HOUR_MS = 3_600_000;
/** As a field for day and time has it. */
export const hoursAgo = (hours: number, now = Date.now()): string =>
  new Date(now - hours * HOUR_MS).toISOString().slice(0, 19);

/** Nobody else uses these words. */
export const HAPPENED = 'A wombat carried the laptop away.';

export const BREACH: Form = {
  happened: HAPPENED,
  nature_disclosed: 'yes',
  group_customers: 'yes',
  places: 'FR 2\nUS-CA 600',
  records: '1200',
  'class_user.name': 'yes',
  'class_user.authorization.credentials': 'yes',
  readable: 'readable',
  risk: 'high',
  risk_why: 'Passwords may be tried elsewhere.',
  affected: 'named',
  named: 'ada@example.org\nnobody@example.org',
};

export function registerOf(control: TestControl) {
  const { siteUrl } = control.settings;
  const post = (who: Who, path: string, form: Form, origin = siteUrl) =>
    fetch(siteUrl + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin, ...(who !== null && { cookie: who.cookie }) },
      body: new URLSearchParams(form),
    });
  const text = async (who: Who, path: string): Promise<string> =>
    (
      await fetch(siteUrl + path, { redirect: 'manual', headers: who === null ? {} : { cookie: who.cookie } })
    ).text();
  const tryOpen = (who: Who, form: Form = {}) => post(who, '/desk/breaches/new', { ...BREACH, ...form });
  const act = (who: Who, id: string, what: string, form: Form = {}) =>
    post(who, `/desk/breaches/${id}`, { do: what, ...form });
  return {
    post,
    text,
    tryOpen,
    act,
    page: (who: Who, id: string) => text(who, `/desk/breaches/${id}`),
    /** Entered: its id. */
    async opened(who: Who, form: Form = {}): Promise<string> {
      const answer = await tryOpen(who, form);
      const id = /\/desk\/breaches\/([0-9a-f]{32})$/.exec(answer.headers.get('location') ?? '')?.[1];
      if (id === undefined) throw new Error(`${answer.status}: ${await answer.text()}`);
      return id;
    },
    /** Of what waits for a second person. */
    async waiting(id: string): Promise<string> {
      const [row] = await control.sql<{ id: string }>(
        "select replace(id::text, '-', '') as id from breach_row where breach_id = $1::uuid and event = 'propose' order by at desc limit 1",
        [id],
      );
      return row?.id ?? '';
    },
    events: async (id: string): Promise<string[]> =>
      (
        await control.sql<{ event: string }>(
          'select event from breach_row where breach_id = $1::uuid order by at, id',
          [id],
        )
      ).map(({ event }) => event),
    count: async (what: string): Promise<number> =>
      (await control.sql<{ n: number }>(`select count(*)::int as n from ${what}`))[0]?.n ?? 0,
    figures: async () => (await control.admin('GET', '/facts')).body.breaches,
  };
}
export type Register = ReturnType<typeof registerOf>;
