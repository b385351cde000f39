/**
 * Whether a campaign could be taken for mail about somebody's account: such a one is refused, since nothing promotional
 * hides in service mail (CHOICE-3), and a subject that misleads is unlawful (15 U.S.C. § 7704(a)(2)).
 */
import { type Catalogues, sampleMails } from '../notices/index.ts';
import { Problem } from '../problem.ts';

const SOUNDS_LIKE = [
  /^\s*(re|fwd?|aw|wg)\s*:/i,
  /\b(action|response|payment) (is )?(required|needed|due)\b/i,
  /\b(confirm|verify|validate|update) your\b/i,
  /\byour (account|api key|key|password|card|credit|invoice|plan|address|sign-in|payment|data)\b/i,
  /\b(invoice|receipt|password|security (alert|notice)|suspended|overdue|expires?|final notice)\b/i,
];

/** Throws `Problem` 400. */
export function refuseAsService(subject: string, letters: Catalogues): void {
  const same = sampleMails(letters, 'prepaid').some(
    (mail) => mail.subject.toLowerCase() === subject.toLowerCase(),
  );
  if (same || SOUNDS_LIKE.some((words) => words.test(subject)))
    throw new Problem(
      400,
      'reads_like_service_mail',
      'Subject: it reads like mail about somebody’s account. Say what the news is; what belongs to an account is sent by itself, as service mail.',
    );
}
