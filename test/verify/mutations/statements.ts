/** Statements that put a row where none may be, and take it away again, for what a hand does to a database. */

export const ACCOUNT = `(select id from account where way = 'operator' order by created_at limit 1)`;
export const PERSON = `(select person_id from membership where account_id = ${ACCOUNT} limit 1)`;
/** Looks sealed. */
export const SEALED = `decode('01' || repeat('ab', 60), 'hex')`;
export const ID = `'00000000-0000-4000-8000-00000000abcd'`;

export const captured = (until: string) =>
  `insert into capture values (${ID}, ${ACCOUNT}, repeat('ab', 32), now() - interval '1 hour', ${until}, now(), 0, 0)`;
export const NO_CAPTURE = `delete from capture where id = ${ID}`;

export const view = (more: string, values: string, of = 'null') =>
  `insert into page_view (id, visit, person_id, at, page, seconds, browser, system) values (${ID}, ${ID}, ${of}, ${more}, 'home', 1, ${values})`;
export const NO_VIEW = `delete from page_view where id = ${ID}`;

export const request = (more: Readonly<Record<string, string>>) => {
  const row = {
    id: ID,
    asked_for: `'access'`,
    door: `'web'`,
    place: `'US-CA'`,
    state: `'closed'`,
    link_hash: `decode(repeat('cd', 32), 'hex')`,
    received_at: `now() - interval '9 days'`,
    entered_at: `now() - interval '9 days'`,
    respond_by: `now() + interval '30 days'`,
    due_at: `now() + interval '30 days'`,
    steps: '0',
    closed_at: 'now()',
    ...more,
  };
  return `insert into privacy_request (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`;
};
export const NO_REQUEST = `delete from privacy_request where id = ${ID}`;

export const demand = (more: Readonly<Record<string, string>>) => {
  const row = {
    id: ID,
    kind: `'court_order'`,
    state: `'open'`,
    categories: `'{user.name}'`,
    is_narrowed: 'false',
    opened_at: 'now()',
    content: SEALED,
    ...more,
  };
  return `insert into disclosure_case (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`;
};
export const NO_DEMAND = `delete from disclosure_case where id = ${ID}`;
export const ALONE = {
  state: `'closed'`,
  outcome: `'whole'`,
  closed_at: 'now()',
  prepared_by: PERSON,
  approved_by: PERSON,
  approved_at: 'now()',
  gag_until: `now() + interval '9 days'`,
};
export const LET_ONE_ALONE = 'alter table disclosure_case drop constraint disclosure_case_two';
export const TWO_AGAIN =
  'alter table disclosure_case add constraint disclosure_case_two check (approved_by <> prepared_by)';

export const key = (created: string, expires: string) =>
  `insert into api_key (id, account_id, hash, name, created_at, expires_at) values (${ID}, ${ACCOUNT}, decode(repeat('ef', 32), 'hex'), ${SEALED}, ${created}, ${expires})`;
export const NO_KEY = `delete from api_key where id = ${ID}`;
export const consent = (version: string, entry: string) =>
  `insert into consent (id, person_id, purpose, version, answer, at, way, entry) values (${ID}, ${PERSON}, 'measurement', ${version}, 'given', now(), 'console', ${entry})`;
export const NO_CONSENT = `delete from consent where id = ${ID}`;
export const attested = (statement: string) =>
  `insert into attestation values (${ID}, '${statement}', 'nobody any more', repeat('ab', 32), now() - interval '9 days', now() - interval '1 day')`;
export const NOT_ATTESTED = `delete from attestation where id = ${ID}`;

export const version = (announced: string, holds: string, held: string, announcement: string) =>
  `insert into publication (id, document, version, title, text, text_hash, summary, significant, why, facts, announced_at, holds_at, held_at, announcement, entry)
    values (${ID}, 'privacy-policy', 99, 'Privacy policy', '', decode(repeat('ab', 32), 'hex'), 'Another one.', true, 'so', '{}', ${announced}, ${holds}, ${held}, ${announcement}, ${ID})`;
export const NO_VERSION = `delete from publication where id = ${ID}`;
