/** What is decided about people: by a person or a stated rule, never by a model or a score. */
import { DEFAULT_DISCLOSURES, OWN_KINDS } from '../../control/disclosure/index.ts';
import { UNPAID_STEPS } from '../../control/payments/index.ts';
import { broken, type Check, countOf, kept, noneOf, off } from '../check.ts';
import { count } from '../eyes.ts';

/** Words of a column that would weigh somebody. */
const WEIGHS = 'score|rating|_rank|^risk|_risk|profile_of|propensity|likelihood|trust_level';

export const noScores: Check = {
  id: 'no-scores',
  clauses: ['AUTO-2'],
  pace: 'hour',
  probe:
    'Looks for a column that weighs people, for requests that were refused without a person who decided, and for accounts that stand still without a ground that somebody stated.',
  async look(eyes) {
    const columns = await eyes.rows<{ place: string }>(
      `select table_name || '.' || column_name as place from information_schema.columns where table_schema = 'public' and column_name ~* $1`,
      [WEIGHS],
    );
    const alone = await count(
      eyes,
      `select count(*)::int as n from privacy_request r where r.decision in ('part', 'refused') and r.decided_at > now() - interval '700 days'
       and (exists (select from privacy_request_step s where s.request_id = r.id and s.event in ('decide', 'refuse_agent') and s.cause = 'system')
         or (r.decided_by is null and r.person_id is not null
           and not exists (select from privacy_request_step s where s.request_id = r.id and s.event in ('decide', 'refuse_agent'))))`,
    );
    const still = await count(
      eyes,
      `select count(*)::int as n from account a where not a.active and a.id not in (select account_id from suspension where ended_at is null)`,
    );
    return noneOf(
      [
        ...columns.map(({ place }) => `${place} weighs somebody`),
        ...(alone > 0 ? [`${countOf(alone, 'request')} were refused and nobody decided`] : []),
        ...(still > 0 ? [`${countOf(still, 'account')} stand still without a ground that was stated`] : []),
      ],
      'No column weighs anybody; each refusal was decided by a person, and each account that stands still has its ground and who stated it.',
    );
  },
};

export const unpaidSteps: Check = {
  id: 'unpaid-steps',
  clauses: ['USE-3'],
  pace: 'hour',
  probe:
    'Looks for accounts that are limited or suspended for an invoice that is not at that step, for steps that nobody was told of, and for steps that are overdue.',
  async look(eyes) {
    if (eyes.settings.billing === 'off') return kept('Nothing is charged here, so nobody owes anything.');
    const [row] = await eyes.rows<{ unasked: number; untold: number; late: number; open: number }>(
      `select
        (select count(*)::int from account a where a.unpaid_rpm is not null and not exists (
          select from unpaid_invoice i where i.account_id = a.id and i.settled_at is null and i.step = any($1))) as unasked,
        (select count(*)::int from unpaid_invoice i where i.settled_at is null and i.step <> 'new'
          and i.since > now() - interval '80 days' and not exists (
            select from mail m join membership s on s.person_id = m.person_id and s.account_id = i.account_id
            where m.template = 'invoice_unpaid' and m.created_at >= i.since)) as untold,
        (select count(*)::int from unpaid_invoice i join account a on a.id = i.account_id
          where i.settled_at is null and i.next_at < now() - interval '1 day'
          and not exists (select from erasure e where e.account_id = i.account_id and e.state = 'scheduled')) as late,
        (select count(*)::int from unpaid_invoice where settled_at is null) as open`,
      [UNPAID_STEPS.filter((step) => step === 'limited' || step === 'suspended')],
    );
    const { unasked = 0, untold = 0, late = 0, open = 0 } = row ?? {};
    return noneOf(
      [
        ...(unasked > 0
          ? [`${countOf(unasked, 'account')} are held to a limit and no unpaid invoice is at that step`]
          : []),
        ...(untold > 0 ? [`nobody was told of ${countOf(untold, 'step')}`] : []),
        ...(late > 0 ? [`${countOf(late, 'step')} should have come a day ago`] : []),
      ],
      `${countOf(open, 'invoice')} are not paid; each is at a step of the list that its people were told of, and no account is limited for another reason.`,
    );
  },
};

export const childReports: Check = {
  id: 'child-reports',
  clauses: ['CHILD-2'],
  pace: 'hour',
  probe:
    'Opens the form for telling of a child’s account as a stranger, and looks for reports that wait for longer than their time and for accounts that should have been deleted at once.',
  async look(eyes) {
    const page = await eyes.page('/privacy/requests/child');
    if (page.status !== 200 || !/<form[^>]*method="post"/i.test(page.text))
      return broken('Nobody can tell of a child’s account: the form does not open.');
    const late = await count(
      eyes,
      `select count(*)::int as n from privacy_request where asked_for = 'child_report' and decided_at is null and closed_at is null and due_at < now()`,
    );
    if (late > 0) return broken(`${countOf(late, 'report')} wait for longer than they may.`);
    const there = await count(
      eyes,
      `select count(*)::int as n from privacy_request where asked_for = 'child_report' and decision = 'whole' and delivered_at is null and decided_at < now() - interval '1 hour'`,
    );
    if (there > 0)
      return broken(
        `${countOf(there, 'account')} of children were to be deleted at once and are there an hour later.`,
      );
    return kept(
      'The form opens without an account; no report waits longer than it may, and what was decided was deleted within the hour, without a grace.',
    );
  },
};

/** Says nothing of how many there are: of one nobody may be told. */
export const ownDisclosures: Check = {
  id: 'own-disclosures',
  clauses: ['DISCLOSE-4', 'DISCLOSE-5'],
  pace: 'hour',
  restsOn: ['record'],
  probe:
    'Looks whether disclosures of the operator’s own making are switched on, whether any stands in the register without being, and whether each was approved by a second person and entered in the record.',
  async look(eyes) {
    const { kinds } = eyes.settings.disclosures ?? DEFAULT_DISCLOSURES;
    const [row] = await eyes.rows<{ uncalled: number; alone: number; unentered: number }>(
      `select count(*) filter (where not kind = any($2))::int as uncalled,
        count(*) filter (where outcome in ('whole', 'part') and (approved_by = prepared_by or approved_at is null))::int as alone,
        count(*) filter (where not exists (select from disclosure_step s join record_entry r on r.id = s.id where s.case_id = c.id))::int as unentered
       from disclosure_case c where kind = any($1)`,
      [OWN_KINDS, kinds],
    );
    if ((row?.alone ?? 0) > 0)
      return broken('Data were handed over for the operator’s own ends by one person alone.');
    if ((row?.unentered ?? 0) > 0)
      return broken('A disclosure for the operator’s own ends stands in no record.');
    if (kinds.length === 0) {
      return (row?.uncalled ?? 0) > 0
        ? broken('The register holds a disclosure for ends that are switched off.')
        : off(
            'Nothing is disclosed to enforce terms, against fraud or for safety: that is off, and "disclosures.kinds" would switch it on.',
          );
    }
    return kept(
      `Disclosures for ${kinds.join(', ')} go into the same register as demands of authorities, by two people, with entries in the record.`,
    );
  },
};
