import { ENGLISH } from '../notices/index.ts';
import type { MailDoorParts } from './parts.ts';
import type { Understood } from './understand.ts';

/** Of the answer to a mail: its own, where there are letters in it. */
export const languageOf = (
  { requesting }: MailDoorParts,
  { language }: Pick<Understood, 'language'>,
): string => requesting.signIn.notices.letters.of(language ?? ENGLISH).language;
