/** What a hand could do to the database of an instance that runs, and how it is undone. */
import type { Mutation } from './mutation.ts';
import {
  ACCOUNT,
  ALONE,
  attested,
  captured,
  consent,
  demand,
  ID,
  key,
  LET_ONE_ALONE,
  NO_CAPTURE,
  NO_CONSENT,
  NO_DEMAND,
  NO_KEY,
  NO_REQUEST,
  NO_VERSION,
  NO_VIEW,
  NOT_ATTESTED,
  PERSON,
  request,
  SEALED,
  TWO_AGAIN,
  version,
  view,
} from './statements.ts';

interface InRows extends Mutation {
  readonly sql: string;
  readonly mend: string;
}

export const IN_ROWS: readonly InRows[] = [
  {
    clause: 'INFER-4',
    what: 'a capture that goes on for a month',
    sql: captured("now() + interval '30 days'"),
    mend: NO_CAPTURE,
  },
  {
    clause: 'SCOPE-2',
    what: 'somebody signed up, has a key, and agreed to nothing',
    sql: `update account set way = 'sign_up' where id = ${ACCOUNT};
      insert into sign_in_method (id, person_id, provider) select ${ID}, m.person_id, 'password' from membership m join account a on a.id = m.account_id where a.way = 'sign_up' limit 1;
      insert into api_key (id, account_id, hash, name, created_at) select ${ID}, id, decode(repeat('ef', 32), 'hex'), ${SEALED}, now() from account where way = 'sign_up' limit 1`,
    mend: `delete from api_key where id = ${ID}; delete from sign_in_method where id = ${ID}; update account set way = 'operator' where way = 'sign_up'`,
  },
  {
    clause: 'SCOPE-2',
    what: 'somebody agreed to a version that was never published',
    sql: `insert into agreement (person_id, agreed_to, version, way) values (${PERSON}, 'policy', '99', 'sign_up')`,
    mend: `delete from agreement where version = '99'`,
  },
  {
    clause: 'INFER-3',
    what: 'a consent was taken back in the database, and gateways were not told',
    sql: `update consent set withdrawn_at = now(), withdrawn_way = 'console', withdrawn_entry = entry where purpose = 'engines_that_train'`,
    mend: `update consent set withdrawn_at = null, withdrawn_way = null, withdrawn_entry = null where purpose = 'engines_that_train'`,
  },
  {
    clause: 'INFER-5',
    what: 'more is kept of a request than the page says',
    sql: 'alter table usage_record add column first_words text',
    mend: 'alter table usage_record drop column first_words',
  },
  {
    clause: 'COLLECT-3',
    what: 'a whole user agent is stored',
    sql: view('now()', `'Mozilla/5.0 (X11; Linux x86_64)', 'Linux'`),
    mend: NO_VIEW,
  },
  {
    clause: 'COLLECT-3',
    what: 'the exact version of a system is stored',
    sql: view('now()', `'Firefox', 'Linux 6.12.1'`),
    mend: NO_VIEW,
  },
  {
    clause: 'COLLECT-4',
    what: 'a page is tied to somebody who did not consent',
    sql: view('now()', `'Firefox', 'Linux'`, PERSON),
    mend: NO_VIEW,
  },
  {
    clause: 'AUTO-1',
    what: 'a page is tied to somebody who did not consent',
    sql: view('now()', `'Firefox', 'Linux'`, PERSON),
    mend: NO_VIEW,
  },
  {
    clause: 'COLLECT-5',
    what: 'a page that was looked at three years ago',
    sql: view(`now() - interval '3 years'`, `'Firefox', 'Linux'`),
    mend: NO_VIEW,
  },
  {
    clause: 'COLLECT-5',
    what: 'a mail of four months ago',
    sql: `insert into mail (id, person_id, template, state, next_at, created_at, address_until) values (${ID}, ${PERSON}, 'key_ends', 'sent', now(), now() - interval '120 days', now())`,
    mend: `delete from mail where id = ${ID}`,
  },
  {
    clause: 'RETAIN-1',
    what: 'a row past its end',
    sql: `insert into drp_message (message_hash, expires_at) values (decode(repeat('ab', 32), 'hex'), now() - interval '90 days')`,
    mend: `delete from drp_message where message_hash = decode(repeat('ab', 32), 'hex')`,
  },
  {
    clause: 'COLLECT-6',
    what: 'the database has a column that no map knows',
    sql: 'alter table person add column religion text',
    mend: 'alter table person drop column religion',
  },
  {
    clause: 'USE-1',
    what: 'the database has a column that no map knows',
    sql: 'alter table account add column mood text',
    mend: 'alter table account drop column mood',
  },
  {
    clause: 'CPPA-2',
    what: 'the database has a column that no map knows',
    sql: 'alter table person add column religion text',
    mend: 'alter table person drop column religion',
  },
  {
    clause: 'PROVIDE-2',
    what: 'a column for the number of a card',
    sql: 'alter table payment add column card_number text',
    mend: 'alter table payment drop column card_number',
  },
  {
    clause: 'AUTO-2',
    what: 'a column weighs people',
    sql: 'alter table person add column risk_score integer',
    mend: 'alter table person drop column risk_score',
  },
  {
    clause: 'AUTO-2',
    what: 'an account stands still without a ground',
    sql: `update account set active = false where id = ${ACCOUNT}`,
    mend: 'update account set active = true',
  },
  {
    clause: 'USE-2',
    what: 'a key ends in three days, and nobody was told',
    sql: `update person set created_at = now() - interval '99 days' where id = ${PERSON}; ${key(`now() - interval '90 days'`, `now() + interval '3 days'`)}`,
    mend: NO_KEY,
  },
  {
    clause: 'USE-2',
    what: 'a card that a plan is paid by ends in three days, and nobody was told',
    sql: `update person set created_at = now() - interval '99 days' where id = ${PERSON}; insert into saved_card (account_id, plan_ends_at, next_at) values (${ACCOUNT}, now() + interval '3 days', now())`,
    mend: 'delete from saved_card',
  },
  {
    clause: 'USE-2',
    what: 'a price would hold tomorrow',
    sql: `insert into price_change values (${ID}, (select number from model limit 1), 1, 1, 1, 1, now(), now() + interval '1 day', null)`,
    mend: `delete from price_change where id = ${ID}`,
  },
  {
    clause: 'USE-3',
    what: 'an account is limited for an invoice that is not there',
    sql: `update account set unpaid_rpm = 5 where id = ${ACCOUNT}`,
    mend: 'update account set unpaid_rpm = null',
  },
  {
    clause: 'USE-3',
    what: 'somebody is reminded of an invoice, and was written nothing',
    sql: `insert into unpaid_invoice (id, account_id, gross_microusd, step, since) values ('in_mutation', ${ACCOUNT}, 1, 'reminded', now() - interval '1 day')`,
    mend: `delete from unpaid_invoice where id = 'in_mutation'`,
  },
  {
    clause: 'USE-5',
    what: 'a consent without an entry in the record',
    sql: consent('1', ID),
    mend: NO_CONSENT,
  },
  {
    clause: 'USE-5',
    what: 'a consent to a text that was never shown',
    sql: consent('99', `(select id from record_entry limit 1)`),
    mend: NO_CONSENT,
  },
  {
    clause: 'DISCLOSE-1',
    what: 'statistics may read people, and not only views of them',
    sql: 'grant select on person to kept_statistics',
    mend: 'revoke select on person from kept_statistics',
  },
  {
    clause: 'DISCLOSE-1',
    what: 'others may read the views of statistics',
    sql: 'grant select on statistic_use to kept_request',
    mend: 'revoke select on statistic_use from kept_request',
  },
  {
    clause: 'DISCLOSE-3',
    what: 'a demand was answered by one person alone',
    sql: `${LET_ONE_ALONE}; ${demand(ALONE)}`,
    mend: `${NO_DEMAND}; ${TWO_AGAIN}`,
  },
  {
    clause: 'DISCLOSE-3',
    what: 'a silence is over, and nobody was told',
    sql: demand({ gag_until: `now() - interval '5 days'` }),
    mend: NO_DEMAND,
  },
  {
    clause: 'DISCLOSE-4',
    what: 'terms are enforced with data by one person alone',
    sql: `${LET_ONE_ALONE}; ${demand({ ...ALONE, kind: `'collection'` })}`,
    mend: `${NO_DEMAND}; ${TWO_AGAIN}`,
  },
  {
    clause: 'DISCLOSE-4',
    what: 'a disclosure for ends that are switched off',
    sql: demand({ kind: `'collection'` }),
    mend: NO_DEMAND,
  },
  {
    clause: 'DISCLOSE-5',
    what: 'data go out against fraud by one person alone',
    sql: `${LET_ONE_ALONE}; ${demand({ ...ALONE, kind: `'fraud'` })}`,
    mend: `${NO_DEMAND}; ${TWO_AGAIN}`,
  },
  {
    clause: 'DISCLOSE-5',
    what: 'a disclosure for safety, which is switched off',
    sql: demand({ kind: `'safety'` }),
    mend: NO_DEMAND,
  },
  {
    clause: 'CHOICE-2',
    what: 'promotional mail went to somebody who never said yes',
    sql: `insert into promotional_mail (id, person_id, campaign_id, token_hash, state, attempts, next_at, at) values (${ID}, ${PERSON}, ${ID}, decode(repeat('ab', 32), 'hex'), 'sent', 1, now(), now())`,
    mend: `delete from promotional_mail where id = ${ID}`,
  },
  {
    clause: 'CHOICE-3',
    what: 'service mail stays behind',
    sql: `insert into mail (id, person_id, template, state, next_at, created_at, address_until) values (${ID}, ${PERSON}, 'key_ends', 'waiting', now() - interval '3 hours', now() - interval '3 hours', now() + interval '9 days')`,
    mend: `delete from mail where id = ${ID}`,
  },
  {
    clause: 'ACCESS-2',
    what: 'a request waits for longer than the law lets it',
    sql: request({ state: `'deciding'`, closed_at: 'null', due_at: `now() - interval '3 days'` }),
    mend: NO_REQUEST,
  },
  {
    clause: 'ACCESS-4',
    what: 'a request was refused without a ground',
    sql: request({ decision: `'refused'`, decided_at: 'now()' }),
    mend: NO_REQUEST,
  },
  {
    clause: 'ACCESS-4',
    what: 'a request was met in part without a ground',
    sql: request({ decision: `'part'`, decided_at: 'now()' }),
    mend: NO_REQUEST,
  },
  {
    clause: 'STATE-9',
    what: 'an appeal may be decided by who decided first',
    sql: 'alter table privacy_request drop constraint privacy_request_other_eyes',
    mend: 'alter table privacy_request add constraint privacy_request_other_eyes check (appeal_decided_by <> decided_by)',
  },
  {
    clause: 'STATE-9',
    what: 'an appeal was decided by who decided first, before the database refused it',
    sql: `alter table privacy_request drop constraint privacy_request_other_eyes;
      ${request({ decision: `'refused'`, ground: `'trade_secret'`, decided_by: ID, appeal_decided_by: ID, decided_at: 'now()' })};
      alter table privacy_request add constraint privacy_request_other_eyes check (appeal_decided_by <> decided_by) not valid`,
    mend: `${NO_REQUEST}; alter table privacy_request validate constraint privacy_request_other_eyes`,
  },
  {
    clause: 'RETAIN-2',
    what: 'a deletion that should have been carried out two days ago',
    sql: `insert into erasure (id, person_id, state, role, suppressed, asked_at, due_at, rows, held) values (${ID}, null, 'scheduled', 'person', false, now() - interval '32 days', now() - interval '2 days', 0, '{}')`,
    mend: `delete from erasure where id = ${ID}`,
  },
  { clause: 'SECURE-1', what: 'an attestation is over', sql: attested('soc2_iso27001'), mend: NOT_ATTESTED },
  { clause: 'SECURE-2', what: 'an attestation is over', sql: attested('gdpr_hipaa'), mend: NOT_ATTESTED },
  { clause: 'SECURE-4', what: 'an attestation is over', sql: attested('firewalls'), mend: NOT_ATTESTED },
  {
    clause: 'SECURE-3',
    what: 'a role that may read what it should not',
    sql: 'grant select on person to kept_statistics',
    mend: 'revoke select on person from kept_statistics',
  },
  {
    clause: 'SECURE-3',
    what: 'a name that is not sealed',
    sql: `create table kept_name as select id, name from person where id = ${PERSON}; update person set name = convert_to('Ada Lovelace, London, England, Europe', 'UTF8') where id = (select id from kept_name)`,
    mend: 'update person p set name = k.name from kept_name k where k.id = p.id; drop table kept_name',
  },
  {
    clause: 'SECURE-6',
    what: 'passwords are stored as text',
    sql: `alter table sign_in_method alter column password type text using encode(password, 'hex')`,
    mend: `alter table sign_in_method alter column password type bytea using decode(password, 'hex')`,
  },
  {
    clause: 'CHILD-2',
    what: 'a report of a child’s account waits for longer than it may',
    sql: request({
      asked_for: `'child_report'`,
      state: `'deciding'`,
      closed_at: 'null',
      due_at: `now() - interval '2 days'`,
    }),
    mend: NO_REQUEST,
  },
  {
    clause: 'CHILD-2',
    what: 'a child’s account was to be deleted two hours ago, and is there',
    sql: request({
      asked_for: `'child_report'`,
      state: `'carrying_out'`,
      closed_at: 'null',
      decision: `'whole'`,
      decided_at: `now() - interval '2 hours'`,
    }),
    mend: NO_REQUEST,
  },
  {
    clause: 'CPPA-3',
    what: 'an agent got data without a proof',
    sql: request({ door: `'agent'`, decision: `'whole'`, decided_at: 'now()' }),
    mend: NO_REQUEST,
  },
  {
    clause: 'CPPA-3',
    what: 'an agent got a part of the data without a proof',
    sql: request({
      door: `'agent'`,
      decision: `'part'`,
      ground: `'trade_secret'`,
      proven_by: `'none'`,
      decided_at: 'now()',
    }),
    mend: NO_REQUEST,
  },
  {
    clause: 'CHANGE-3',
    what: 'an account works whose address nobody has confirmed',
    sql: `update account set way = 'sign_up' where id = ${ACCOUNT}; update person set email_verified_at = null where id in (select person_id from membership m join account a on a.id = m.account_id where a.way = 'sign_up')`,
    mend: `update account set way = 'operator' where way = 'sign_up'`,
  },
  {
    clause: 'CHANGE-3',
    what: 'promotional mail goes on to an address from which it came back',
    sql: `insert into promotional_mail (id, person_id, campaign_id, token_hash, state, attempts, next_at, at) values
      (${ID}, ${PERSON}, ${ID}, decode(repeat('ab', 32), 'hex'), 'sent', 1, now(), now()),
      ('00000000-0000-4000-8000-00000000abce', ${PERSON}, '00000000-0000-4000-8000-00000000abce', decode(repeat('ac', 32), 'hex'), 'bounced', 1, now(), now() - interval '9 days')`,
    mend: `delete from promotional_mail where id in (${ID}, '00000000-0000-4000-8000-00000000abce')`,
  },
  {
    clause: 'CHANGE-1',
    what: 'a significant version held after three days',
    sql: version(`now() - interval '9 days'`, `now() - interval '6 days'`, `now() - interval '6 days'`, ID),
    mend: NO_VERSION,
  },
  {
    clause: 'CHANGE-1',
    what: 'the first page is silent about a version that is to come',
    sql: version('now()', `now() + interval '30 days'`, 'null', ID),
    mend: NO_VERSION,
  },
  {
    clause: 'SCOPE-3',
    what: 'a significant version told nobody',
    sql: version(
      `now() - interval '40 days'`,
      `now() - interval '10 days'`,
      `now() - interval '10 days'`,
      'null',
    ),
    mend: NO_VERSION,
  },
  {
    clause: 'SCOPE-3',
    what: 'somebody was not written of a change',
    sql: `${version(`now() - interval '40 days'`, `now() - interval '10 days'`, `now() - interval '10 days'`, ID)};
      insert into announcement (id, template, values, at, ended_at) values (${ID}, 'policy_changes', '{}', now() - interval '40 days', now() - interval '40 days');
      update person set email_verified_at = now() - interval '60 days' where id = ${PERSON}`,
    mend: `${NO_VERSION}; delete from announcement where id = ${ID}; update person set email_verified_at = null`,
  },
  {
    clause: 'USE-4',
    what: 'an engine of somebody else’s got prompts before its day',
    sql: `insert into recipient_notice (id, key, kind, name, region, announced_at, serves_at, served_at, announcement, entry)
      values (${ID}, 'mutated', 'engine', 'rented', 'us', now(), now() + interval '30 days', now(), ${ID}, ${ID})`,
    mend: `delete from recipient_notice where id = ${ID}`,
  },
  {
    clause: 'USE-4',
    what: 'mail went by another company before people could have left',
    sql: `insert into recipient_notice (id, key, kind, name, region, announced_at, serves_at, served_at, announcement, entry)
      values (${ID}, 'mutated', 'processor', 'Other Mail', 'us', now(), now() + interval '30 days', now(), ${ID}, ${ID})`,
    mend: `delete from recipient_notice where id = ${ID}`,
  },
  {
    clause: 'USE-4',
    what: 'a price held before its notice was over',
    sql: `insert into price_change values (${ID}, (select number from model limit 1), 1, 1, 1, 1, now() - interval '3 days', now() - interval '1 day', now())`,
    mend: `delete from price_change where id = ${ID}`,
  },
];
