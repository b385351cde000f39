/**
 * Reads the texts that ship with Kept: a folder for each document below `policy/`, a file for each version of it. What of
 * them is published, and what holds, the instance says (`publishing`).
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { BillingMode } from '../../link/words.ts';
import { DOCUMENTS, type DocumentName } from '../document-names.ts';
import type { Company } from '../settings.ts';
import { type Block, blocksOf } from './blocks.ts';
import { wordsFor } from './words-for.ts';

const FOLDER = fileURLToPath(new URL('../../../policy', import.meta.url));
const VERSION_FILE = /^(\d{1,6})\.md$/;
const HEAD = /^---\n([\s\S]*?)\n---\n/;

const headSchema = z.strictObject({
  version: z.coerce.number().int().min(1),
  title: z.string().min(1),
  /** Day of publication, shown on top (CHANGE-2). */
  updated: z.iso.date(),
  /** Whether people have to be told before it takes effect (CHANGE-1). */
  significant: z.enum(['true', 'false']).transform((text) => text === 'true'),
  /** What changed, in plain words. */
  summary: z.string().min(1),
});

/** A version as it is written: its Markdown with what stands above it. */
export interface WrittenText extends z.output<typeof headSchema> {
  readonly text: string;
}

export interface PolicyDocument extends z.output<typeof headSchema> {
  readonly name: DocumentName;
  readonly blocks: readonly Block[];
}

/** Every version of each document, the newest first. */
export type PolicyDocuments = Readonly<Record<DocumentName, readonly [PolicyDocument, ...PolicyDocument[]]>>;

/** What people agree to now (SCOPE-2). */
export const versionsInForce = (documents: PolicyDocuments) => ({
  policy: String(documents['privacy-policy'][0].version),
  terms: String(documents.terms[0].version),
});

/** Throws for a text that is missing or cannot be shown; a test reads them all. */
export async function readDocuments(
  company: Company,
  billing: BillingMode,
  folder: string = FOLDER,
): Promise<PolicyDocuments> {
  const read = DOCUMENTS.map(async (name) => {
    const versions = (await readTexts(name, folder)).map((one) =>
      documentOf(name, one, { company, billing }),
    );
    return [name, versions] as const;
  });
  return Object.fromEntries(await Promise.all(read)) as unknown as PolicyDocuments;
}

/** Every version that ships, the newest first. Throws for one that is missing or has no head. */
export async function readTexts(
  name: DocumentName,
  folder: string = FOLDER,
): Promise<readonly [WrittenText, ...WrittenText[]]> {
  const files = (await readdir(join(folder, name))).filter((file) => VERSION_FILE.test(file));
  const versions = await Promise.all(
    files.map(async (file) => textOf(name, await readFile(join(folder, name, file), 'utf8'))),
  );
  versions.sort((one, other) => other.version - one.version);
  const [newest, ...earlier] = versions;
  if (newest === undefined) throw new Error(`policy/${name} holds no version`);
  return [newest, ...earlier];
}

function textOf(name: DocumentName, written: string): WrittenText {
  const [whole, head] = HEAD.exec(written) ?? [];
  if (whole === undefined || head === undefined) throw new Error(`policy/${name}: a version begins with ---`);
  const fields = head.split('\n').map((line) => {
    const at = line.indexOf(':');
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
  });
  return { ...headSchema.parse(Object.fromEntries(fields)), text: written.slice(whole.length).trim() };
}

/** Whose texts they are. */
export interface Operator {
  readonly company: Company;
  readonly billing: BillingMode;
}

/** A text as it is shown. Throws `UnknownMarkup`. */
export function documentOf(
  name: DocumentName,
  { text, ...head }: WrittenText,
  { company, billing }: Operator,
): PolicyDocument {
  const words = (written: string) => wordsFor(billing, written);
  const blocks = blocksOf(words(text), valuesOf(company));
  return { name, ...head, title: words(head.title), summary: words(head.summary), blocks };
}

/** A text with its values and the words for its mode of billing, still Markdown; a value marks nothing up. */
export function writtenText(text: string, { company, billing }: Operator): string {
  const values = Object.entries(valuesOf(company));
  return values.reduce(
    (said, [name, value]) => said.replaceAll(`{{${name}}}`, value.replaceAll(/[\\`*_{}[\]<>#|~]/g, '\\$&')),
    wordsFor(billing, text),
  );
}

/** What the texts call `{{name}}`. */
function valuesOf({ name, postalAddress, policyEmail, dpo }: Company): Record<string, string> {
  return {
    company: name,
    policy_email: policyEmail,
    dpo: dpo ?? policyEmail,
    postal_address: postalAddress,
  };
}
