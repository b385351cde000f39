/**
 * Service mail as text and HTML: one plain letter each, in words that a person understands. Nothing in it is fetched
 * from anywhere, and nothing tells us that it was read. Those about accounts stand in the source, all others in the catalogues.
 */
import { ACCOUNT_LETTERS } from './account-letters.ts';
import { CATALOGUE_LETTER_NAMES, type CatalogueLetter, type FilledWith } from './catalogue-shape.ts';
import { type Catalogues, isCatalogueLetter, letterIn } from './catalogues.ts';
import { type Letter, type Written, writeLetter } from './letter.ts';
import { SIGN_IN_LETTERS } from './sign-in-letters.ts';
import type { Values } from './values.ts';

const LETTERS = { ...SIGN_IN_LETTERS, ...ACCOUNT_LETTERS };

type AccountLetter = keyof typeof LETTERS;
export type TemplateName = AccountLetter | CatalogueLetter;
export const TEMPLATE_NAMES = [...Object.keys(LETTERS), ...CATALOGUE_LETTER_NAMES] as [
  TemplateName,
  ...TemplateName[],
];

type NamesIn<Each> = Each extends (values: Values<infer Name>) => Letter ? Name : never;
/** Everything that a template is filled with. */
export type ValueName =
  | NamesIn<(typeof LETTERS)[AccountLetter]>
  | { [Name in CatalogueLetter]: FilledWith<Name> }[CatalogueLetter];

export type Filled = Readonly<Record<string, string>>;

export interface Writing {
  readonly letters: Catalogues;
  /** Stands below it. */
  readonly siteUrl: string;
}

/** `language`: of a letter about a request; left out: English. */
function letterOf(letters: Catalogues, template: TemplateName, values: Filled, language?: string): Letter {
  if (isCatalogueLetter(template))
    return letterIn(letters.of(language), template, values as Values<FilledWith<CatalogueLetter>>);
  return (LETTERS[template] as (values: Filled) => Letter)(values);
}

/** The mail as it is sent. */
export const writeMail = (
  { letters, siteUrl }: Writing,
  template: TemplateName,
  values: Filled,
  language?: string,
): Written => writeLetter(letterOf(letters, template, values, language), siteUrl);

/** What a mail of this template is called, in English; it holds no value. */
export const subjectOf = (letters: Catalogues, template: TemplateName): string =>
  letterOf(letters, template, {}).subject;
