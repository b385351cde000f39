/**
 * Letters in every language that there is a catalogue of: `policy/letters/LANGUAGE.json`. English is always
 * there. A catalogue is whole, or nothing starts: half a letter in another language would say less than the law asks for.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../problem.ts';
import {
  CATALOGUE_LETTERS,
  type CatalogueLetter,
  catalogueShape,
  type FilledWith,
  type Wanted,
  type Words,
  type WrittenLetter,
} from './catalogue-shape.ts';
import type { Letter, Link } from './letter.ts';
import type { Values } from './values.ts';

const FOLDER = fileURLToPath(new URL('../../../policy/letters', import.meta.url));
export const ENGLISH = 'en';
/** `fr`, or `pt-BR` (BCP 47, language and region). */
const FILE = /^([a-z]{2,3}(?:-[A-Z]{2})?)\.json$/;

export interface Catalogue {
  readonly language: string;
  /** Of the language, in itself. */
  readonly name: string;
  readonly letters: Readonly<Record<CatalogueLetter, WrittenLetter>>;
  readonly words: Words;
}

/** A file says what cannot be; `message` names it, the key, and what to do. */
export class LettersDamaged extends Error {
  override readonly name = 'LettersDamaged';
}

export class Catalogues {
  readonly #all: ReadonlyMap<string, Catalogue>;
  readonly #english: Catalogue;

  constructor(all: ReadonlyMap<string, Catalogue>) {
    const english = all.get(ENGLISH);
    if (english === undefined) throw new LettersDamaged('policy/letters: there is no en.json. Put it back.');
    this.#all = all;
    this.#english = english;
  }

  /** English first. */
  get languages(): readonly { readonly code: string; readonly name: string }[] {
    return [this.#english, ...[...this.#all.values()].filter((one) => one !== this.#english)].map(
      ({ language, name }) => ({ code: language, name }),
    );
  }

  /** As a form says it; empty: English. Throws `Problem` 400 where there is none of it. */
  chosen(language: string): string {
    if (language === '') return ENGLISH;
    if (this.#all.has(language)) return language;
    throw new Problem(400, 'invalid_input', 'Language of our letters: choose from the list.');
  }

  /** English where there is none of the language. */
  of(language: string = ENGLISH): Catalogue {
    return this.#all.get(language) ?? this.#english;
  }
}

/** Throws `LettersDamaged`. */
export function readCatalogues(folder: string = FOLDER): Catalogues {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
  return new Catalogues(new Map(files.map((file) => readOne(folder, file))));
}

function readOne(folder: string, file: string): [string, Catalogue] {
  const [, language] = FILE.exec(file) ?? [];
  const where = join(basename(join(folder, '..')), basename(folder), file);
  if (language === undefined)
    throw new LettersDamaged(`${where}: is called by no language. Call it like fr.json or pt-BR.json.`);
  const read = catalogueShape.safeParse(parsed(where, readFileSync(join(folder, file), 'utf8')));
  if (!read.success)
    throw new LettersDamaged(read.error.issues.map((issue) => slipIn(where, issue)).join('\n'));
  const { name, letters, words } = read.data;
  return [language, { language, name, letters, words } as unknown as Catalogue];
}

function parsed(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LettersDamaged(`${where}: is no JSON (${(error as Error).message}). Mend it there.`);
  }
}

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly input?: unknown;
}

/** File, key, and what to do. */
function slipIn(where: string, { code, path, message, keys }: Issue): string {
  const key = path.join('.') || 'the file';
  if (code === 'unrecognized_keys')
    return `${where}: ${key} has ${keys?.join(', ')}, which nothing uses. Take it out, or spell it as en.json does.`;
  if (code === 'invalid_type')
    return `${where}: ${key} is missing or of another kind. Write it as en.json has it: a catalogue is whole.`;
  return `${where}: ${key} ${message}.`;
}

const filledIn = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{([a-z]+)\}/g, (_whole, name: string) => values[name] ?? '');

/** A sentence of a catalogue with its values. */
export const say = filledIn;

/** A letter of a catalogue with its values. */
export function letterIn<Name extends CatalogueLetter>(
  { letters, language }: Catalogue,
  name: Name,
  values: Values<FilledWith<Name>>,
): Letter {
  const { subject, paragraphs, afterwards, link, links } = letters[name];
  const given: Readonly<Record<string, string>> = values;
  const { re = '' }: Wanted = CATALOGUE_LETTERS[name];
  const fill = (texts: readonly string[]) => texts.map((text) => filledIn(text, given));
  return {
    language,
    subject: given[re] ? `Re: ${given[re]}` : subject,
    paragraphs: fill(paragraphs),
    links: linksTo(given.url ?? '', link, links),
    afterwards: fill(afterwards),
  };
}

/** Several lead to the page of requests, each with its right chosen; `other` to none. */
function linksTo(
  url: string,
  one: string | undefined,
  several: Readonly<Record<string, string>> = {},
): Link[] {
  if (url === '') return [];
  if (one !== undefined) return [{ label: one, url }];
  return Object.entries(several).map(([right, label]) => ({
    label,
    url: right === 'other' ? url : `${url}?for=${right}`,
  }));
}

export const isCatalogueLetter = (name: string): name is CatalogueLetter =>
  Object.hasOwn(CATALOGUE_LETTERS, name);
