/** Memberships for tests of the console: made past the pages, and looked at in the database. */
import type { Browser } from 'playwright-core';
import type { TestControl } from '../support/control.ts';
import type { Visitor } from './members.ts';

const bare = (account: string): string => account.slice('acct_'.length);

/** The id of whoever owns that account of their own. */
export async function personOf(control: TestControl, { account }: Visitor): Promise<string> {
  const [row] = await control.sql<{ person: string }>(
    `select replace(person_id::text, '-', '') as person from membership where account_id = $1::uuid and role = 'owner' order by person_id limit 1`,
    [bare(account)],
  );
  return row?.person ?? '';
}

export async function belongs(
  control: TestControl,
  person: string,
  account: string,
  role: 'owner' | 'developer' | 'billing' | 'viewer',
): Promise<void> {
  await control.sql(
    `insert into membership (person_id, account_id, role) values ($1::uuid, $2::uuid, $3)
       on conflict (person_id, account_id) do update set role = excluded.role`,
    [person, bare(account), role],
  );
}

/** Null: they do not belong to it. */
export async function roleOf(control: TestControl, person: string, account: string): Promise<string | null> {
  const [row] = await control.sql<{ role: string }>(
    'select role from membership where person_id = $1::uuid and account_id = $2::uuid',
    [person, bare(account)],
  );
  return row?.role ?? null;
}

/** Sends a form as a page of the site would; answers before any redirect is followed. */
export const send = (
  { page }: Pick<Visitor, 'page'>,
  address: string,
  form: Record<string, string> = {},
  origin = new URL(address).origin,
) => page.request.post(address, { headers: { origin }, form, maxRedirects: 0 });

/** Somebody who is signed in nowhere, without JavaScript. */
export const stranger = async (browser: Browser) =>
  (await browser.newContext({ javaScriptEnabled: false })).newPage();

/** What a page that was answered says is wrong. */
export const alertOf = async (answer: { text(): Promise<string> }): Promise<string> =>
  (/role="alert">([^<]*)/.exec(await answer.text())?.[1] ?? '').replaceAll('&#x27;', "'");
