/** Demands for data at the desk, by its own forms: two people of staff who are two, and cases that they take through. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';

type Form = Readonly<Record<string, string>>;
type Who = Pick<Browser, 'cookie'> | null;

export async function hireAs(
  control: TestControl,
  name: string,
  email: string,
  role = 'privacy',
): Promise<Browser> {
  const one = await somebody(control, email, role, name);
  await strengthen(one);
  return one;
}

const DAY_MS = 86_400_000;
export const dayIn = (days: number): string =>
  new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

export const DEMAND: Form = {
  kind: 'court_order',
  authority: 'District Court of Example',
  contact: 'Clerk, 1 Court Square, Example',
  reference: 'CV-27-0042',
  basis: 'Stored Communications Act, 18 U.S.C. § 2703(d)',
  'category_user.name': 'yes',
  'category_user.contact.email': 'yes',
};

export const ORDER = '%PDF-1.7 the order, word for word';

export const CHECKED: Form = {
  valid: 'yes',
  jurisdiction: 'yes',
  scope: 'yes',
  notice: 'yes',
  narrower: 'no',
};
export const SILENT: Form = { ...CHECKED, notice: 'no' };

export interface CaseRow {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly told_at: Date | null;
  readonly announced_at: Date | null;
  readonly disclose_at: Date | null;
  readonly gag_over_at: Date | null;
  readonly hold: boolean;
}

function upload(form: Form, files: Readonly<Record<string, string>>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(form)) data.set(name, value);
  for (const [name, text] of Object.entries(files)) data.set(name, new File([text], 'a file.pdf'));
  return data;
}

export function casesOf(control: TestControl) {
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
  const row = async (id: string): Promise<CaseRow> => {
    const [found] = await control.sql<CaseRow & Record<string, unknown>>(
      `select replace(id::text, '-', '') as id, kind, state, outcome, told_at, announced_at, disclose_at, gag_over_at,
        hold_id is not null as hold from disclosure_case where id = $1::uuid`,
      [id],
    );
    if (found === undefined) throw new Error('there is no such case');
    return found;
  };
  const tryOpen = (who: Who, form: Form, files: Readonly<Record<string, string>> = { document: ORDER }) =>
    post(who, '/desk/disclosures/new', upload({ ...DEMAND, ...form }, files));
  const act = (who: Who, id: string, what: string, form: Form = {}) =>
    post(who, `/desk/disclosures/${id}`, { do: what, ...form });
  return {
    post,
    page,
    text: async (who: Who, path: string): Promise<string> => (await page(who, path)).text(),
    row,
    tryOpen,
    act,
    /** Entered: its id. */
    async opened(who: Who, form: Form, files?: Readonly<Record<string, string>>): Promise<string> {
      const answer = await tryOpen(who, form, files);
      const id = /\/desk\/disclosures\/([0-9a-f]{32})$/.exec(answer.headers.get('location') ?? '')?.[1];
      if (id === undefined) throw new Error(`${answer.status}: ${await answer.text()}`);
      return id;
    },
    /** With what forbids telling until a day. */
    gag: (days: number): Form => ({ gag_until: dayIn(days), gag_basis: '18 U.S.C. § 2705(b)' }),
    GAG_FILES: { document: ORDER, gag: '%PDF-1.7 tell nobody' },
    proposeGag: (who: Who, id: string, days: number) =>
      post(
        who,
        `/desk/disclosures/${id}`,
        upload({ do: 'gag_propose', gag_next: dayIn(days) }, { file: '%PDF-1.7 for longer' }),
      ),
    /** Prepared by one and approved by another. */
    async approved(one: Who, other: Who, id: string, checks: Form = CHECKED): Promise<void> {
      for (const answer of [await act(one, id, 'prepare', checks), await act(other, id, 'approve')])
        if (answer.status !== 303) throw new Error(`${answer.status}: ${await answer.text()}`);
    },
    /** Made: its passphrase, where there is one, as the page shows it this once. */
    async built(who: Who, id: string): Promise<string> {
      const answer = await act(who, id, 'build');
      const shown = await answer.text();
      if (answer.status !== 200) throw new Error(`${answer.status}: ${shown}`);
      return /\b(?:[a-z2-9]{5}-){5}[a-z2-9]{5}\b/.exec(shown)?.[0] ?? '';
    },
    async download(who: Who, id: string, role = 'package'): Promise<Response> {
      const [file] = await control.sql<{ id: string }>(
        "select replace(id::text, '-', '') as id from disclosure_file where case_id = $1::uuid and role = $2 order by at desc limit 1",
        [id, role],
      );
      return post(who, `/desk/disclosures/${id}/files/${file?.id}`, {});
    },
    steps: async (id: string): Promise<string[]> =>
      (
        await control.sql<{ event: string }>(
          'select event from disclosure_step where case_id = $1::uuid order by at, id',
          [id],
        )
      ).map(({ event }) => event),
    /** As if the days to object had passed. */
    letTimePass: (id: string) =>
      control.sql(
        "update disclosure_case set disclose_at = now() - interval '1 minute' where id = $1::uuid",
        [id],
      ),
    /** As if the day had come until which nobody may be told. */
    letGagEnd: (id: string) =>
      control.sql("update disclosure_case set gag_until = now() - interval '1 minute' where id = $1::uuid", [
        id,
      ]),
  };
}
export type Cases = ReturnType<typeof casesOf>;

/** Opens a package as its recipient does, with openssl and unzip: each file by its path. */
export function opened(
  sealed: Uint8Array,
  with_: { passphrase: string } | { key: string; certificate: string },
) {
  const folder = mkdtempSync(join(tmpdir(), 'kept-package-'));
  try {
    const path = join(folder, 'package.cms');
    writeFileSync(path, sealed);
    const how =
      'passphrase' in with_
        ? ['-pwri_password', with_.passphrase]
        : ['-inkey', with_.key, '-recip', with_.certificate];
    const zip = join(folder, 'package.zip');
    execFileSync(
      'openssl',
      ['cms', '-decrypt', '-inform', 'DER', '-binary', '-in', path, '-out', zip, ...how],
      {
        stdio: 'pipe',
      },
    );
    const names = execFileSync('unzip', ['-Z1', zip], { encoding: 'utf8' }).trim().split('\n');
    return new Map(
      names.map((name) => [name, execFileSync('unzip', ['-p', zip, name], { encoding: 'utf8' })]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
