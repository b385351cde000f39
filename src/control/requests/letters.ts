/** Letters about requests, through the outbox: what they say follows from the request and its law, never from what was written. */
import type { Tx } from '../../store/store.ts';
import type { ServiceMail } from '../notices/index.ts';
import { ASKS, EXTENSIONS, type RequestKind } from './asks.ts';
import { linkTokenOf, pageOf } from './case-link.ts';
import { dayInWords } from './days.ts';
import { groundOf, lawOf } from './law-of-request.ts';
import type { RequestParts } from './parts.ts';
import type { RequestRow } from './schema.ts';

export type RequestLetter =
  | 'request_received'
  | 'request_extended'
  | 'request_delivered'
  | 'request_carried_out'
  | 'request_refused'
  | 'request_part'
  | 'appeal_received'
  | 'appeal_decided'
  | 'request_closed';

/** In the transaction of what it tells; to nobody where nobody is known, or any more. `why`: of `request_closed`. */
export async function sendLetter(
  { law, erasing: { services }, signIn: { notices, settings } }: RequestParts,
  tx: Tx,
  row: RequestRow,
  template: RequestLetter,
  why = '',
): Promise<void> {
  if (row.person === null) return;
  const url = pageOf(settings.siteUrl, linkTokenOf(services.pepper, row.id));
  const values: ServiceMail['values'] = { url, asked: ASKS[row.right].words, why, ...valuesOf(law, row) };
  await notices.send(tx, { template, person: row.person, values });
}

function valuesOf(table: RequestParts['law'], row: RequestRow) {
  const law = lawOf(table, row);
  const { name, rule, change } = groundOf(table, row);
  return {
    basis: law.basis,
    due: dayInWords(row.dueAt),
    reason: row.extension === null ? '' : EXTENSIONS[row.extension],
    done: DONE[row.right],
    outcome: row.appealDecision === null ? '' : OUTCOMES[row.appealDecision],
    ground: name,
    rule,
    change,
    until: row.appealUntil === null ? '' : dayInWords(row.appealUntil),
    regulator: law.regulator,
  };
}

const OUTCOMES = {
  whole: 'We do now what you asked for.',
  part: 'We do a part of it now.',
  upheld: 'The first decision stands.',
} as const;

const STOPPED = 'It holds now, wherever your data are used, and is remembered.';
const ARCHIVE =
  'The archive is made. Sign in to download it; it is there for a day, and you can have another made at any time.';

/** What was done, for who reads it; of a deletion nobody is left who could. */
export const DONE: Readonly<Record<RequestKind, string>> = {
  confirm:
    'Yes, we hold data about you. Sign in to see all of it on the page “Your data”, with why and until when.',
  access: ARCHIVE,
  portability: ARCHIVE,
  correct: 'What was to be corrected is corrected.',
  delete: 'Your account and what named you are deleted.',
  restrict:
    'Your data stay, and are used for nothing but keeping them safe, your rights, and what a law demands. You can lift that on the page “Your data”.',
  object:
    'Your data stay, and are used for nothing but keeping them safe, your rights, and what a law demands. You can lift that on the page “Your data”.',
  withdraw_consent: STOPPED,
  opt_out_sale: `We do not sell or share data. ${STOPPED}`,
  opt_out_targeted_advertising: `We show no advertising. ${STOPPED}`,
  opt_out_profiling: `No model and no score decides about anybody here. ${STOPPED}`,
  limit_sensitive: 'We ask for no sensitive data and hold none on purpose, so there is nothing to limit.',
  child_report: 'The account is deleted.',
};
