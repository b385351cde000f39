/** Letters about requests, through the outbox: what they say follows from the request and its law, never from what was written. */
import type { Tx } from '../../store/store.ts';
import type { ServiceMail, Words } from '../notices/index.ts';
import { linkTokenOf, pageOf } from './case-link.ts';
import { dayInWords } from './days.ts';
import { basisInWords, groundOf, lawOf } from './law-of-request.ts';
import type { RequestParts } from './parts.ts';
import { referenceOf } from './reference.ts';
import type { RequestRow } from './schema.ts';

export type RequestLetter =
  | 'request_received'
  | 'request_extended'
  | 'request_delivered'
  | 'request_waits_outside'
  | 'request_done_outside'
  | 'request_carried_out'
  | 'request_refused'
  | 'request_part'
  | 'appeal_received'
  | 'appeal_decided'
  | 'request_closed';

/** In English, as the site's pages are. */
export const wordsFor = ({ signIn: { notices } }: RequestParts): Words => notices.letters.of().words;

/** In the transaction of what it tells; to nobody where nobody is known, or any more. `why`: of `request_closed`. */
export async function sendLetter(
  parts: RequestParts,
  tx: Tx,
  row: RequestRow,
  template: RequestLetter,
  why?: keyof Words['closed'],
  more: ServiceMail['values'] = {},
): Promise<void> {
  const { notices, settings } = parts.signIn;
  const { person, language } = row;
  if (person === null) return;
  const { words } = notices.letters.of(language);
  const url = pageOf(settings.siteUrl, linkTokenOf(parts.erasing.services.pepper, row.id));
  const values: ServiceMail['values'] = {
    url,
    asked: words.asked[row.right],
    ...(why !== undefined && { why: words.closed[why] }),
    ...valuesOf(parts.law, row, words),
    ...more,
  };
  const thread = { reference: referenceOf(row.id), answers: null };
  await notices.send(tx, { template, person, language, thread, values });
}

function valuesOf(table: RequestParts['law'], row: RequestRow, words: Words) {
  const law = lawOf(table, row);
  const { name, rule, change } = groundOf(table, row);
  const { language } = row;
  return {
    basis: basisInWords(words, law.basis),
    due: dayInWords(row.dueAt, language),
    reason: row.extension === null ? '' : words.extension[row.extension],
    done: words.done[row.right],
    outcome: row.appealDecision === null ? '' : words.outcome[row.appealDecision],
    ground: name,
    rule,
    change,
    until: row.appealUntil === null ? '' : dayInWords(row.appealUntil, language),
    regulator: law.regulator ?? words.regulator.unknown,
  };
}
