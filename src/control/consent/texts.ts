/**
 * The texts that are consented to: `policy/consents/PURPOSE/VERSION.md`, with the hash of each in `versions.json`. A
 * text that was shown is never changed and never taken away; other words are a new version, which is asked anew.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ConsentPurpose } from '../../store/map/words.ts';
import { CONSENT_PURPOSE_NAMES } from './purposes.ts';

export const TEXTS_FOLDER = fileURLToPath(new URL('../../../policy/consents', import.meta.url));

/** The language that the texts are in (BCP 47). */
export const TEXT_LANGUAGE = 'en';

export interface ConsentText {
  readonly purpose: ConsentPurpose;
  readonly version: number;
  /** The first day on which it was shown. */
  readonly since: string;
  /** Of the file's bytes, in hex. */
  readonly sha256: string;
  /** Markdown. */
  readonly text: string;
}

const shape = z.array(
  z.strictObject({
    purpose: z.enum(CONSENT_PURPOSE_NAMES),
    version: z.int().positive(),
    since: z.iso.date(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
);

/** A text is missing or is not the one whose hash is listed. */
export class TextsDamaged extends Error {
  override readonly name = 'TextsDamaged';

  constructor(what: string, options?: ErrorOptions) {
    super(`the consent texts cannot be used: ${what}`, options);
  }
}

export class ConsentTexts {
  readonly #texts: ReadonlyMap<ConsentPurpose, readonly ConsentText[]>;

  private constructor(texts: ReadonlyMap<ConsentPurpose, readonly ConsentText[]>) {
    this.#texts = texts;
  }

  /** Reads and checks all of them. Throws `TextsDamaged`. */
  static async load(folder = TEXTS_FOLDER): Promise<ConsentTexts> {
    const listed = await readList(folder);
    const texts = new Map<ConsentPurpose, readonly ConsentText[]>();
    for (const purpose of CONSENT_PURPOSE_NAMES) {
      const versions = listed.filter((each) => each.purpose === purpose);
      if (versions.length === 0) throw new TextsDamaged(`there is none for ${purpose}`);
      if (versions.some(({ version }, at) => version !== at + 1))
        throw new TextsDamaged(`the versions for ${purpose} are not 1, 2, 3, …`);
      texts.set(purpose, await Promise.all(versions.map((each) => readText(folder, each))));
    }
    return new ConsentTexts(texts);
  }

  /** The text that is shown now. */
  current(purpose: ConsentPurpose): ConsentText {
    return this.#texts.get(purpose)?.at(-1) as ConsentText;
  }

  /** An earlier text, or null where there never was one of that number. */
  version(purpose: ConsentPurpose, version: number): ConsentText | null {
    return this.#texts.get(purpose)?.[version - 1] ?? null;
  }
}

async function readList(folder: string): Promise<z.output<typeof shape>> {
  try {
    return shape.parse(JSON.parse(await readFile(join(folder, 'versions.json'), 'utf8')));
  } catch (error) {
    throw new TextsDamaged('versions.json is missing or not as it should be', { cause: error });
  }
}

async function readText(folder: string, listed: z.output<typeof shape>[number]): Promise<ConsentText> {
  const name = `${listed.purpose}/${listed.version}.md`;
  let bytes: Buffer;
  try {
    bytes = await readFile(join(folder, name));
  } catch (error) {
    throw new TextsDamaged(`${name} is missing`, { cause: error });
  }
  if (createHash('sha256').update(bytes).digest('hex') !== listed.sha256)
    throw new TextsDamaged(`${name} was changed; a changed text is a new version`);
  return { ...listed, text: bytes.toString('utf8') };
}
