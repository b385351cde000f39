/** What people agreed to, chose, asked, and what became of it. */
import { ConsentTexts } from '../../control/consent/index.ts';
import type { ConsentPurpose } from '../../store/map/words.ts';
import { broken, type Check, countOf, kept, noneOf, off } from '../check.ts';
import { count } from '../eyes.ts';

export const agreements: Check = {
  id: 'agreements',
  clauses: ['SCOPE-2'],
  pace: 'hour',
  restsOn: ['record'],
  probe:
    'Looks for people who signed up and have no agreement to a version of policy and terms with its time, and for versions that were never published.',
  async look(eyes) {
    const without = await count(
      eyes,
      `select count(*)::int as n from person p where exists (select from sign_in_method s where s.person_id = p.id)
      and exists (select from api_key k join membership m on m.account_id = k.account_id where m.person_id = p.id and m.role = 'owner' and k.state = 'active' and k.created_at > p.created_at)
      and exists (select from account a join membership m on m.account_id = a.id where m.person_id = p.id and a.way = 'sign_up')
      and (select count(distinct agreed_to) from agreement g where g.person_id = p.id and g.agreed_to in ('policy', 'terms')) < 2`,
    );
    if (without > 0)
      return broken(`${countOf(without, 'person', 'people')} signed up and agreed to nothing.`);
    const said = await eyes.rows<{ to: string; version: string }>(
      `select distinct agreed_to as to, version from agreement where agreed_to in ('policy', 'terms')`,
    );
    const published = { policy: eyes.documents['privacy-policy'], terms: eyes.documents.terms };
    const unknown = said.filter(
      ({ to, version }) =>
        !published[to as keyof typeof published].some((one) => String(one.version) === version),
    );
    return noneOf(
      unknown.map(
        ({ to, version }) => `somebody agreed to version ${version} of the ${to}, which was never published`,
      ),
      'Everybody who signed up agreed to a published version of policy and terms, with the time.',
    );
  },
};

export const consents: Check = {
  id: 'consents',
  clauses: ['USE-5'],
  pace: 'hour',
  restsOn: ['record'],
  probe: 'Looks for the text and the entry in the record of every answer to a question for consent.',
  async look(eyes) {
    const rows = await eyes.rows<{ purpose: ConsentPurpose; version: number; entered: boolean }>(
      `select c.purpose, c.version, exists (select from record_entry r where r.id = c.entry) as entered from consent c`,
    );
    const texts = await ConsentTexts.load();
    const wrong = rows.flatMap(({ purpose, version, entered }) => [
      ...(entered ? [] : [`a consent to ${purpose} has no entry in the record`]),
      ...(texts.version(purpose, version) !== null
        ? []
        : [`a consent to ${purpose} names version ${version} of its text, which is not there`]),
    ]);
    return noneOf(
      wrong,
      `${countOf(rows.length, 'answer')} to questions for consent: each names the version of the text that was shown, and has its entry in the record.`,
    );
  },
};

export const requests: Check = {
  id: 'requests',
  clauses: ['ACCESS-2', 'ACCESS-4'],
  pace: 'hour',
  restsOn: ['record'],
  probe:
    'Opens the form for requests as a stranger, and looks for requests that wait longer than their law lets them, and refusals without a ground.',
  async look(eyes) {
    const { status, text } = await eyes.page('/privacy/requests?for=access');
    if (status !== 200 || !text.includes('<form')) return broken('Nobody can ask: the form does not open.');
    const late = await count(
      eyes,
      `select count(*)::int as n from privacy_request where closed_at is null and delivered_at is null and due_at < now()`,
    );
    if (late > 0) return broken(`${countOf(late, 'request')} wait longer than the law lets them.`);
    const groundless = await count(
      eyes,
      `select count(*)::int as n from privacy_request where decision in ('part', 'refused') and ground is null`,
    );
    if (groundless > 0) return broken(`${countOf(groundless, 'request')} were refused without a ground.`);
    const open = await count(eyes, 'select count(*)::int as n from privacy_request where closed_at is null');
    return kept(
      `The form opens without an account; ${countOf(open, 'request')} are open, none is late, and every refusal names its ground.`,
    );
  },
};

export const requestsByMail: Check = {
  id: 'requests-by-mail',
  clauses: ['ACCESS-2'],
  pace: 'hour',
  probe:
    'Looks whether mail to the privacy address is taken in, and whether any of it waits unread for more than three days.',
  async look(eyes) {
    const { listen, imapUrl } = eyes.settings.mailDoor;
    if (listen === null && imapUrl === null)
      return off('Mail to the privacy address does not reach Kept: set IMAP_URL or KEPT_MAIL_PORT.');
    const old = await count(
      eyes,
      `select count(*)::int as n from incoming_mail where outcome is null and received_at < now() - interval '3 days'`,
    );
    return old > 0
      ? broken(`${countOf(old, 'mail')} to the privacy address wait unread for more than three days.`)
      : kept(
          'Mail to the privacy address becomes a request by itself; none waits for a reader for longer than three days.',
        );
  },
};

export const appeals: Check = {
  id: 'appeals',
  clauses: ['STATE-9'],
  pace: 'hour',
  restsOn: ['record'],
  probe:
    'Looks for appeals that were decided by whoever decided first, and whether the database still refuses one.',
  async look(eyes) {
    const same = await count(
      eyes,
      'select count(*)::int as n from privacy_request where appeal_decided_by = decided_by',
    );
    if (same > 0) return broken(`${countOf(same, 'appeal')} were decided by whoever decided first.`);
    const guarded = await count(
      eyes,
      `select count(*)::int as n from pg_constraint where conname = 'privacy_request_other_eyes' and convalidated`,
    );
    if (guarded === 0)
      return broken('The database would take an appeal that is decided by whoever decided first.');
    const decided = await count(
      eyes,
      'select count(*)::int as n from privacy_request where appeal_decision is not null',
    );
    return kept(
      `${countOf(decided, 'appeal')} were decided, each by somebody else than before; the database refuses any other.`,
    );
  },
};

export const agents: Check = {
  id: 'agents',
  clauses: ['CPPA-3'],
  pace: 'hour',
  restsOn: ['record'],
  probe: 'Looks for requests by agents that were carried out without a proof that they may.',
  async look(eyes) {
    const bad = await count(
      eyes,
      `select count(*)::int as n from privacy_request where door = 'agent' and (proven_by is null or proven_by = 'none') and decision in ('whole', 'part')`,
    );
    const asked = await count(
      eyes,
      `select count(*)::int as n from privacy_request where door in ('agent', 'drp')`,
    );
    return bad > 0
      ? broken(`${countOf(bad, 'request')} of agents were granted without a proof.`)
      : kept(
          `${countOf(asked, 'request')} came from agents; none was granted before it was proven that they may.`,
        );
  },
};

const DEVICE_CHARS_MAX = 24;

export const devices: Check = {
  id: 'devices',
  clauses: ['COLLECT-3'],
  pace: 'hour',
  probe:
    'Reads what is stored of browsers and systems, and looks for anything that is longer or finer than a family’s name.',
  async look({ rows }) {
    const found = await rows<{ value: string }>(`select distinct value from (
      select browser as value from page_view union select system from page_view union select browser from session union select system from session) s where value is not null`);
    const fine = found.filter(
      ({ value }) => value.length > DEVICE_CHARS_MAX || /\d+\.\d+|Mozilla|\(/.test(value),
    );
    return noneOf(
      fine.map(({ value }) => `“${value.slice(0, 40)}” is stored of a device`),
      `${countOf(found.length, 'name')} of families of browsers and systems are stored, nothing finer.`,
    );
  },
};

export const ties: Check = {
  id: 'ties',
  clauses: ['AUTO-1', 'COLLECT-4'],
  pace: 'hour',
  restsOn: ['record'],
  probe: 'Looks for pages that somebody looked at and that are tied to them without a consent that stands.',
  async look(eyes) {
    const [row] = await eyes.rows<{ tied: number; without: number }>(`
      select count(*)::int as tied, count(*) filter (where not exists (
        select from consent c where c.person_id = v.person_id and c.purpose = 'tie_to_account' and c.answer = 'given' and c.withdrawn_at is null))::int as without
      from page_view v where v.person_id is not null`);
    const { tied = 0, without = 0 } = row ?? {};
    return without > 0
      ? broken(`${countOf(without, 'page')} that somebody looked at are tied to them without a consent.`)
      : kept(
          `${countOf(tied, 'page')} that somebody looked at are tied to them, each by a consent that stands.`,
        );
  },
};
