/**
 * The account of a child (CHILD-1, CHILD-2), told of by whoever knows: what is promised about it, in place of a law. No
 * law's table speaks of it, since it is nobody's right to ask; deleting it is our duty.
 */
import type { Beside, RequestLaw, ShownGround } from './law-of-request.ts';

const DAY_MS = 86_400_000;
/** Until it is decided: our own promise. No law that we know of sets a time for it. */
export const CHILD_REPORT_DAYS = 10;

const RULE = 'CHILD-2 of our privacy policy';

export const dueOfReport = (receivedAt: Date): Date =>
  new Date(receivedAt.getTime() + CHILD_REPORT_DAYS * DAY_MS);

export const lawOfReport = (receivedAt: Date): RequestLaw => ({
  basis: { by: 'child_report' },
  regulator: null,
  respondBy: dueOfReport(receivedAt),
  extendableTo: null,
});

export const REPORT_GROUNDS: readonly ShownGround[] = [
  {
    code: 'no_such_account',
    name: 'There is no such account, or it is deleted already.',
    rule: RULE,
    change: 'Another address or id of the account.',
  },
  {
    code: 'not_shown',
    name: 'Nothing shows that the account is one of somebody under 18.',
    rule: RULE,
    change: 'What shows how old they are.',
  },
  {
    code: 'parent_consents',
    name: 'A parent has consented.',
    rule: RULE,
    change: 'The parent takes the consent back.',
  },
];

export const besideReport = (receivedAt: Date): readonly Beside[] => [
  {
    says: 'Our policy: a child’s data that we hold without a parent’s consent is deleted at once (CHILD-2).',
    known: null,
  },
  {
    says: `Decide by ${dueOfReport(receivedAt).toISOString().slice(0, 10)}: ${CHILD_REPORT_DAYS} days, which is our own promise. No law that we know of says when.`,
    known: null,
  },
];
