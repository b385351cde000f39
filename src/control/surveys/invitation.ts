/**
 * What a campaign says that invites to a survey. A survey is nobody's case and needs nobody, so it goes as promotional mail, to
 * those who said yes to that, and by nothing else. Pure.
 */
import type { SurveyRow } from './schema.ts';

const SUBJECT_CHARACTERS_MAX = 120;

export interface Invitation {
  readonly subject: string;
  readonly words: string;
}

export function invitationTo(
  { id, title, words, endsAt }: Pick<SurveyRow, 'id' | 'title' | 'words' | 'endsAt'>,
  siteUrl: string,
): Invitation {
  const lastDay = endsAt.toISOString().slice(0, 10);
  return {
    subject: `A survey: ${title}`.slice(0, SUBJECT_CHARACTERS_MAX).trim(),
    words: [
      words,
      `Until ${lastDay} whoever has an account here can answer it:\n${siteUrl}/console/surveys/${id}`,
      'You may leave out any question. Nobody here sees who answered what.',
    ].join('\n\n'),
  };
}
