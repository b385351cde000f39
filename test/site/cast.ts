/** Who asks for pages in the walk with the wrong person, and what there is to be asked for: all of it somebody else's. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { STAFF_ROLES } from '../../src/control/accounts/schema.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';

/**
 * `stranger` owns another account; `viewer` and `leaving` belong to the account that is asked for, as viewer and as owner
 * whose own deletion is scheduled; of the staff nobody belongs to it.
 */
export const WRONG = ['nobody', 'stranger', 'viewer', 'leaving', ...STAFF_ROLES] as const;
export type Wrong = (typeof WRONG)[number];
export type Person = Wrong | 'owner';

export interface Cast {
  readonly cookies: Readonly<Record<Person, string>>;
  /** Values of parameters of addresses: each is the owner's. */
  readonly theirs: Readonly<Record<string, string>>;
}

const WAIT_MS = 50;

export async function cast(control: TestControl): Promise<Cast> {
  const one = (name: string, staff?: string) => somebody(control, `${name}@example.org`, staff);
  const owner = await one('owner');
  const people: Record<string, Browser> = {
    owner,
    stranger: await one('stranger'),
    viewer: await one('viewer'),
    leaving: await one('leaving'),
  };
  for (const role of STAFF_ROLES) {
    const staff = await one(role, role);
    await strengthen(staff);
    people[role] = staff;
  }
  const account = (await control.admin('GET', '/accounts/owner%40example.org')).body.id as string;
  for (const [name, role] of [
    ['viewer', 'viewer'],
    ['leaving', 'owner'],
  ] as const)
    await control.sql(
      'insert into membership (person_id, account_id, role) values ($1::uuid, $2::uuid, $3)',
      [await personOf(control, name), account.slice(5), role],
    );
  const theirs = await theirsOf(control, owner, account);
  const leaving = await control.admin('POST', '/accounts/leaving%40example.org/erase', {
    when: 'after grace',
  });
  expect(leaving.status).toBe(200);
  const cookies = Object.fromEntries(Object.entries(people).map(([name, { cookie }]) => [name, cookie]));
  return { cookies: { nobody: '', ...cookies } as Cast['cookies'], theirs };
}

/** Before they belong to more than their own account. */
async function personOf(control: TestControl, name: string): Promise<string> {
  const { body } = await control.admin('GET', `/accounts/${name}%40example.org`);
  const [row] = await control.sql<{ person: string }>(
    "select replace(person_id::text, '-', '') as person from membership where account_id = $1::uuid",
    [body.id.slice(5)],
  );
  return row?.person ?? '';
}

async function theirsOf(control: TestControl, owner: Browser, account: string): Promise<Cast['theirs']> {
  const { siteUrl } = control.settings;
  const post = (path: string, form: Record<string, string>) =>
    fetch(siteUrl + path, {
      method: 'POST',
      headers: { cookie: owner.cookie, origin: siteUrl },
      body: new URLSearchParams(form),
      redirect: 'manual',
    });
  const key = (await control.admin('POST', `/accounts/${account}/keys`, { name: 'theirs' })).body.id;
  await post('/privacy/choices', { promotional_mail: 'given', promotional_mail_version: '2' });
  const asked = await post('/privacy/requests?for=confirm', { right: 'confirm', place: 'unsaid' });
  await post('/console/export', {});
  const first = async (statement: string): Promise<string> => {
    for (let tries = 0; tries < 200; tries++) {
      const [row] = await control.sql<{ id: string }>(statement);
      if (row !== undefined) return row.id.replaceAll('-', '');
      await sleep(WAIT_MS);
    }
    throw new Error(`nothing came of ${statement}`);
  };
  const owned = `(select person_id from membership where account_id = '${account.slice(5)}' and role = 'owner' limit 1)`;
  const member = await first(`select person_id as id from membership where role = 'viewer'`);
  await post('/contact', { kind: 'support', subject: 'Theirs', words: 'Theirs' });
  const conversation = await first('select id from conversation');
  const event = await first(
    "insert into event (id, title, words, place, starts_at, ends_at, capacity, state, changed_at) values (gen_random_uuid(), 'Talks', 'Talks', 'Here', now() + interval '9 days', now() + interval '10 days', 5, 'open', now()) returning id",
  );
  const registered = await post(`/events/${event}`, {});
  const system = await first(
    "insert into outside_system (id, name, kind, classes, holds, uses, finding, registered_at, changed_at) values (gen_random_uuid(), 'Sales', 'crm', '{user.name}', '{newsletter}', '{}', 'By address', now(), now()) returning id",
  );
  await control.sql(
    "insert into payment (id, account_id, amount_microusd, state, asked_at) values (gen_random_uuid(), $1::uuid, 5000000, 'open', now())",
    [account.slice(5)],
  );
  return {
    account,
    payment: await first('select id from payment'),
    key,
    member,
    table: 'person',
    version: '1',
    other: '1',
    document: 'privacy-policy',
    place: 'US-CA',
    clause: 'INFER-1',
    mail: 'setup',
    provider: 'github',
    invitation: 'x'.repeat(43),
    token: 'x'.repeat(43),
    feed: `${'x'.repeat(43)}.ics`,
    campaign: await first(
      "insert into campaign (id, subject, words, state, changed_at) values (gen_random_uuid(), 'News', 'New models', 'draft', now()) returning id",
    ),
    link: asked.headers.get('location')?.split('/').at(-1) ?? '',
    request: await first('select id from privacy_request'),
    system,
    which: 'done',
    task: await first(
      `insert into outside_task (id, system_id, what, state, opened_at, due_at, until, request_id) values (gen_random_uuid(), '${system}', 'hand_in', 'open', now(), now(), now() + interval '30 days', (select id from privacy_request)) returning id`,
    ),
    case: await first(
      `with it as (insert into disclosure_case (id, kind, state, categories, is_narrowed, opened_at, content)
          values (gen_random_uuid(), 'court_order', 'open', '{user.name}', false, now(), '') returning id),
        named as (insert into disclosure_subject (id, case_id, number, person_id, at)
          select gen_random_uuid(), it.id, 0, person.id, now() from it, person where staff_role = 'privacy')
       select id from it`,
    ),
    file: '0'.repeat(32),
    capture: '0'.repeat(32),
    breach: await first(
      "insert into breach_row (id, breach_id, event, role, at, content) values (gen_random_uuid(), gen_random_uuid(), 'open', 'privacy', now(), '') returning breach_id as id",
    ),
    letter: await first(
      "insert into incoming_mail (id, received_at, until, answer, attachments, content) values (gen_random_uuid(), now(), now() + interval '30 days', 'none', 0, '') returning id",
    ),
    event,
    change: '2026-11-30-surveys',
    import: await first(
      "insert into partner_import (id, partner, ground, received_on, state, rows, taken, at, until) values (gen_random_uuid(), 'Fairs', 'consent', now(), 'stopped', 1, 0, now(), now() + interval '9 days') returning id",
    ),
    comment: await first(
      `insert into comment (id, person_id, page, words, state, written_at, changed_at, until) select gen_random_uuid(), ${owned}, 'docs', '', 'waiting', now(), now(), now() + interval '9 days' returning id`,
    ),
    survey: await first(
      `insert into survey (id, title, words, questions, state, ends_at, changed_at) values (gen_random_uuid(), 'Tea', 'Tea', '[{"kind":"scale","text":"Tea?","options":["1","2"]}]', 'open', now() + interval '9 days', now()) returning id`,
    ),
    registration: registered.headers.get('location')?.split('/').at(-1) ?? '',
    conversation,
    attachment: await first(
      `insert into message_file (id, message_id, conversation_id, person_id, format, bytes, name, content, until) select gen_random_uuid(), gen_random_uuid(), '${conversation}', ${owned}, 'txt', 1, '', '', now() + interval '1 day' returning id`,
    ),
    template: await first(
      "insert into answer_template (id, name, words, changed_at) values (gen_random_uuid(), 'Thanks', 'Thank you', now()) returning id",
    ),
    export: await first(`select id from export_job where state = 'ready'`),
    entry: await first(`select id from record_entry where person_id = ${owned} and kind = 'role_change'`),
    answer: await first(`select id from consent where person_id is not null limit 1`),
  };
}
