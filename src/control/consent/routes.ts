/** Admin API of consents: what the operator's commands show and enter on behalf of a person. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { SubjectName } from '../../store/map/rows.ts';
import type { ConsentPurpose } from '../../store/map/words.ts';
import { accountsOwnedBy, findAccount, findPerson, tellGateways } from '../accounts/index.ts';
import { readInput } from '../input.ts';
import { inward, outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { type Answer, type Answered, type ConsentLedger, giveConsent } from './give-consent.ts';
import { consentStates, type PurposeState } from './list-consents.ts';
import { CONSENT_PURPOSE_NAMES, CONSENT_RULES } from './purposes.ts';
import { type ConsentReceipt, receiptOf } from './receipt.ts';
import { refusals } from './refusals.ts';
import { withdrawConsent } from './withdraw-consent.ts';

const REASON_CHARACTERS_MAX = 500;
const HOURS_MAX = 24 * 366;

const purpose = z.enum(CONSENT_PURPOSE_NAMES, `must be one of ${CONSENT_PURPOSE_NAMES.join(', ')}`);
/** Why the operator acts for the person: a letter, a call, their mail. */
const reason = z
  .string()
  .transform((text) => text.trim())
  .pipe(z.string().min(1, 'say why, in 1 to 500 characters').max(REASON_CHARACTERS_MAX));
const withdrawal = z.strictObject({ purpose, reason });
const giving = z.strictObject({ purpose, reason, hours: z.number().positive().max(HOURS_MAX).optional() });

export interface ConsentParts {
  readonly services: Services;
  readonly ledger: ConsentLedger;
  readonly siteUrl: string;
  /** Name of the operator. */
  readonly company: string;
}

export function consentRoutes(parts: ConsentParts): Hono {
  return new Hono()
    .get('/accounts/:account/consents', async (c) =>
      c.json({ consents: await listed(parts, c.req.param('account')) }),
    )
    .post('/accounts/:account/consents', async (c) => {
      const { hours, ...order } = await readInput(c, giving);
      const answered = await act(parts, c.req.param('account'), order, (answer) =>
        giveConsent(parts.ledger, { ...answer, ...(hours !== undefined && { hours }) }),
      );
      parts.services.log('info', 'consent_given', { count: Number(answered.changed) });
      return c.json(await shown(parts, answered), answered.changed ? 201 : 200);
    })
    .post('/accounts/:account/consents/withdraw', async (c) => {
      const order = await readInput(c, withdrawal);
      const answered = await act(parts, c.req.param('account'), order, (answer) =>
        withdrawConsent(parts.ledger, answer),
      );
      parts.services.log('info', 'consent_withdrawn', { count: Number(answered.changed) });
      return c.json(await shown(parts, answered));
    });
}

/** Gateways hear at once of what an account allows now, also when it is not known whether the act was committed. */
async function act(
  { services }: ConsentParts,
  reference: string,
  order: { readonly purpose: ConsentPurpose; readonly reason: string },
  work: (answer: Answer) => Promise<Answered>,
): Promise<Answered> {
  const subject = await subjectFor(services, reference, order.purpose);
  const answer = { ...order, subject, way: 'command', role: 'operator' } as const;
  if (subject.kind === 'person') return await refusals(() => work(answer));
  try {
    return await refusals(() => work(answer));
  } finally {
    await tellGateways(services, [subject.id]);
  }
}

/** The person, or the account, that a purpose asks. Throws `Problem` 404 or 409. */
async function subjectFor(
  services: Services,
  reference: string,
  wanted: ConsentPurpose,
): Promise<SubjectName> {
  const { subject: kind } = CONSENT_RULES[wanted];
  if (kind === 'person') return { kind, id: await findPerson(services, reference) };
  return { kind, id: (await findAccount(services, reference)).id };
}

async function listed({ services, ledger }: ConsentParts, reference: string) {
  const named = inward('acct', reference) === null ? null : (await findAccount(services, reference)).id;
  const person = await findPerson(services, reference).catch((error: unknown) => {
    // Several people own the account: theirs are shown by their addresses.
    if (named !== null && error instanceof Problem && error.status === 409) return null;
    throw error;
  });
  const accounts = named === null ? await accountsOwnedBy(services.db, person as string) : [named];
  const subjects: SubjectName[] = [
    ...(person === null ? [] : [{ kind: 'person', id: person } as const]),
    ...accounts.sort().map((id) => ({ kind: 'account', id }) as const),
  ];
  const states = await Promise.all(
    subjects.map(async (subject) =>
      (await consentStates(ledger, subject)).map((state) => shownState(subject, state)),
    ),
  );
  return states.flat();
}

const shownState = (
  subject: SubjectName,
  { purpose: word, state, currentVersion, latest }: PurposeState,
) => ({
  purpose: word,
  account: subject.kind === 'account' ? outward('acct', subject.id) : null,
  state,
  version: latest?.version ?? null,
  current_version: currentVersion,
  answered_at: latest?.at.toISOString() ?? null,
  way: latest?.way ?? null,
  expires_at: latest?.expiresAt?.toISOString() ?? null,
  withdrawn_at: latest?.withdrawnAt?.toISOString() ?? null,
  withdrawn_way: latest?.withdrawnWay ?? null,
});

async function shown(
  { ledger, siteUrl, company }: ConsentParts,
  { row, changed }: Answered,
): Promise<{ readonly changed: boolean; readonly receipt: ConsentReceipt }> {
  const { store, texts } = ledger;
  const proof = await store.record.receipt(row.withdrawnEntry ?? row.entry).catch(() => null);
  return { changed, receipt: receiptOf(row, proof, { texts, map: store.map, siteUrl, company }) };
}
