/**
 * Every published version, held in memory as pages and sign-ins ask for them. What holds is the newest that has begun to
 * hold; the moment itself never decides (`hold.ts`). On an instance that is new, the texts that ship with Kept are simply
 * there.
 */
import { createHash } from 'node:crypto';
import { desc } from 'drizzle-orm';
import { type Id, newId } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import type { RecordKeeper } from '../../store/store.ts';
import { DOCUMENTS, type DocumentName } from '../document-names.ts';
import {
  documentOf,
  type Operator,
  type PolicyDocument,
  type PolicyDocuments,
  readTexts,
  type WrittenText,
} from '../policy/index.ts';
import type { AgreedDocuments } from '../sign-in/index.ts';
import type { SystemFacts } from './facts.ts';
import { publication } from './schema.ts';

export type PublicationRow = typeof publication.$inferSelect;

export interface Version extends PolicyDocument {
  readonly id: Id;
  /** Markdown, as it was published; `hash` is its SHA-256. */
  readonly text: string;
  readonly hash: string;
  readonly why: string;
  readonly facts: SystemFacts;
  readonly announcedAt: Date;
  readonly holdsAt: Date;
  readonly heldAt: Date | null;
  readonly withdrawnAt: Date | null;
  readonly announcement: Id | null;
  readonly entry: Id;
}

export interface PublicationParts extends Operator {
  readonly db: Db;
  readonly record: RecordKeeper;
  /** What the running system does. */
  readonly facts: SystemFacts;
  /** Where the texts are that ship with Kept; left out: `policy/`. */
  readonly folder?: string;
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export class Publications {
  readonly parts: PublicationParts;
  /** Of each text, the newest first. */
  #versions: Readonly<Record<DocumentName, readonly Version[]>> = {
    'privacy-policy': [],
    terms: [],
    dpa: [],
  };

  private constructor(parts: PublicationParts) {
    this.parts = parts;
  }

  /** Throws for a text that is missing or cannot be shown. */
  static async open(parts: PublicationParts): Promise<Publications> {
    const all = new Publications(parts);
    await all.reload();
    for (const name of DOCUMENTS) if (all.of(name).length === 0) await publishShipped(parts, name);
    await all.reload();
    return all;
  }

  /** After something was published, began to hold, or was withdrawn. */
  async reload(): Promise<void> {
    const rows = await this.parts.db.select().from(publication).orderBy(desc(publication.version));
    const of = (name: DocumentName) =>
      rows.filter(({ document }) => document === name).map((row) => versionOf(row, this.parts));
    this.#versions = Object.fromEntries(DOCUMENTS.map((name) => [name, of(name)])) as Record<
      DocumentName,
      Version[]
    >;
  }

  /** Every version, the newest first: what holds, what held, what waits and what was withdrawn. */
  of(name: DocumentName): readonly Version[] {
    return this.#versions[name];
  }

  find(name: DocumentName, version: number): Version | null {
    return this.of(name).find((each) => each.version === version) ?? null;
  }

  inForce(name: DocumentName): Version {
    return this.held(name)[0];
  }

  /** What holds and what held, the newest first. */
  held(name: DocumentName): readonly [Version, ...Version[]] {
    const [first, ...others] = this.of(name).filter(({ heldAt }) => heldAt !== null);
    if (first === undefined) throw new Error(`no version of ${name} holds`);
    return [first, ...others];
  }

  /** Announced, and not in force yet. */
  get waiting(): readonly Version[] {
    return DOCUMENTS.flatMap((name) =>
      this.of(name).filter(({ heldAt, withdrawnAt }) => heldAt === null && withdrawnAt === null),
    );
  }

  /** What holds and what held, as it is at the moment of asking. */
  get documents(): PolicyDocuments {
    const held = (name: DocumentName) => this.held(name);
    return {
      get 'privacy-policy'() {
        return held('privacy-policy');
      },
      get terms() {
        return held('terms');
      },
      get dpa() {
        return held('dpa');
      },
    };
  }

  /** What people agree to, as it is at the moment of asking. A version that is not significant asks nobody again. */
  get agreed(): AgreedDocuments {
    const inForce = (name: DocumentName) => String(this.inForce(name).version);
    const since = (name: DocumentName) =>
      this.held(name).find(({ significant }) => significant)?.version ?? 1;
    return {
      get policy() {
        return inForce('privacy-policy');
      },
      get terms() {
        return inForce('terms');
      },
      isEnough: (to, version) => Number(version) >= since(to === 'policy' ? 'privacy-policy' : 'terms'),
    };
  }
}

function versionOf(row: PublicationRow, operator: Operator): Version {
  const { id, document, text, hash, why, facts, announcedAt, holdsAt, heldAt, withdrawnAt } = row;
  return {
    ...documentOf(document, { ...row, updated: announcedAt.toISOString().slice(0, 10) }, operator),
    ...{ id, text, hash, why, announcedAt, holdsAt, heldAt, withdrawnAt },
    facts: JSON.parse(facts) as SystemFacts,
    announcement: row.announcement,
    entry: row.entry,
  };
}

/** Nobody agreed to anything else before, so that nobody has to be told. */
async function publishShipped(parts: PublicationParts, name: DocumentName): Promise<void> {
  const shipped = (await readTexts(name, parts.folder)).toReversed();
  await parts.record.act(async (tx, enter) => {
    const entry = await enter({
      kind: 'publication',
      role: 'operator',
      about: null,
      content: {
        what: 'version',
        document: name,
        event: 'shipped',
        versions: shipped.map(({ version, text }) => ({ version, sha256: hashOf(text) })),
      },
    });
    await tx
      .insert(publication)
      .values(shipped.map((each) => shippedRow(parts, name, each, entry)))
      .onConflictDoNothing();
  });
}

function shippedRow(
  { facts }: PublicationParts,
  document: DocumentName,
  { version, title, text, summary, significant, updated }: WrittenText,
  entry: Id,
): typeof publication.$inferInsert {
  const at = new Date(updated);
  return {
    id: newId(),
    ...{ document, version, title, text, summary, significant, entry },
    hash: hashOf(text),
    why: 'It was there when this instance began.',
    facts: JSON.stringify(facts),
    announcedAt: at,
    holdsAt: at,
    heldAt: at,
  };
}
