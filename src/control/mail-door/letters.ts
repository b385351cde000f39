/**
 * Answers to mail from addresses that nobody has shown to be theirs. They hold nothing that was written to us, and no data;
 * what somebody here writes as an answer is theirs to word so.
 */
import { type Catalogues, type Letter, letterIn } from '../notices/index.ts';
import type { Content } from './content.ts';
import type { Answer } from './schema.ts';

/** Null: nothing is answered. */
export function answerLetter(
  letters: Catalogues,
  answer: Answer,
  content: Content,
  siteUrl: string,
): Letter | null {
  const catalogue = letters.of(content.language);
  const page = `${siteUrl}/privacy/requests`;
  const asked = content.asked ?? '';
  const url = content.url ?? page;
  switch (answer) {
    case 'asked_back':
      return letterIn(catalogue, 'mail_asked_back', { url: page });
    case 'stopped':
      return letterIn(catalogue, 'mail_stopped', { asked, url });
    case 'unknown':
      return letterIn(catalogue, 'mail_unknown', { asked, url: page });
    case 'with_request':
      return letterIn(catalogue, 'mail_with_request', { asked, url });
    case 'withdraw':
      return letterIn(catalogue, 'mail_withdraw', { asked, url });
    case 'reply':
      return letterIn(catalogue, 'mail_reply', { asked, url, words: content.reply ?? '' });
    case 'none':
      return null;
  }
}
