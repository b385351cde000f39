/** Answers to mail from addresses that nobody has shown to be theirs. They hold nothing that was written, and no data. */
import { type Catalogues, type Letter, letterIn } from '../notices/index.ts';
import type { Content } from './content.ts';
import type { Answer } from './schema.ts';

/** Null: nothing is answered. */
export function answerLetter(
  letters: Catalogues,
  answer: Answer,
  { asked, url, language }: Content,
  siteUrl: string,
): Letter | null {
  const catalogue = letters.of(language);
  const page = `${siteUrl}/privacy/requests`;
  switch (answer) {
    case 'asked_back':
      return letterIn(catalogue, 'mail_asked_back', { url: page });
    case 'stopped':
      return letterIn(catalogue, 'mail_stopped', { asked: asked ?? '', url: url ?? page });
    case 'unknown':
      return letterIn(catalogue, 'mail_unknown', { asked: asked ?? '', url: page });
    case 'none':
      return null;
  }
}
