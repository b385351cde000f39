/** Versions as the site's pages show them: for everybody, but for what somebody is asked to agree to. */
import { eq } from 'drizzle-orm';
import { agreement } from '../accounts/schema.ts';
import { DOCUMENT_WORDS, DOCUMENTS, type DocumentName } from '../document-names.ts';
import type { PolicyDocument } from '../policy/index.ts';
import { Problem } from '../problem.ts';
import { type Caller, demandSignedIn } from '../sign-in/index.ts';
import { compareUrl } from './addresses.ts';
import { type ComparedBlock, compareTexts } from './compare.ts';
import { systemChanges } from './facts.ts';
import type { PublishingParts } from './parts.ts';
import type { Version } from './publications.ts';

/** So long something that was not significant is told on the first page. */
const NEWS_DAYS = 30;
const DAY_MS = 86_400_000;

export type VersionState = 'holds' | 'held' | 'waits' | 'withdrawn';

/** What stands about a version in a list. Times: ISO 8601. */
export interface ShownVersion {
  readonly document: DocumentName;
  readonly version: number;
  readonly title: string;
  readonly state: VersionState;
  readonly summary: string;
  readonly significant: boolean;
  readonly why: string;
  /** The day of its publication. */
  readonly updated: string;
  readonly announcedAt: string;
  readonly holdsAt: string;
  /** SHA-256 of its Markdown. */
  readonly hash: string;
}

export interface Comparison {
  readonly document: DocumentName;
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly blocks: readonly ComparedBlock[];
  /** What the system does otherwise, whatever the text says. */
  readonly system: readonly string[];
}

/** What somebody is asked to agree to anew. */
export interface AskedAnew {
  readonly document: DocumentName;
  readonly summary: string;
  /** ISO 8601. */
  readonly heldSince: string;
  readonly comparison: Comparison;
}

/** Something that changes, or changed of late. */
export interface News {
  /** A sentence; beside it the summary. */
  readonly title: string;
  readonly summary: string;
  readonly state: 'waits' | 'holds';
  /** ISO 8601: from when it holds. */
  readonly holdsAt: string;
  /** The page that shows it. */
  readonly url: string;
}

export function forPublishingPages(parts: PublishingParts) {
  const { publications, services } = parts;
  return {
    /** Every version, the newest first. */
    versions: (name: DocumentName): readonly ShownVersion[] =>
      publications.of(name).map((version) => shownVersion(version, publications.inForce(name))),
    /** One of them with its text. Throws `Problem` 404. */
    version: (name: DocumentName, asked: string) => {
      const found = demandVersion(parts, name, asked);
      return { ...shownVersion(found, publications.inForce(name)), policy: documentOnly(found) };
    },
    /** Throws `Problem` 404. */
    compare: (name: DocumentName, from: string, to: string): Comparison =>
      comparisonOf(demandVersion(parts, name, from), demandVersion(parts, name, to)),
    /** The receipt (C2SP tlog-proof) of its entry in the record. Throws `Problem` 404. */
    receipt: async (name: DocumentName, asked: string): Promise<string> =>
      services.record.receipt(demandVersion(parts, name, asked).entry),
    /** What is announced, and what changed of late. */
    news: (): readonly News[] => newsOf(parts),
    /** What whoever is signed in agreed to earlier and is asked again; empty for who agrees for the first time. */
    askedAnew: (caller: Caller) => askedAnew(parts, caller),
  };
}

export function demandVersion({ publications }: PublishingParts, name: DocumentName, asked: string): Version {
  const found = /^\d{1,6}$/.test(asked) ? publications.find(name, Number(asked)) : null;
  if (found === null) throw new Problem(404, 'no_such_version', 'There is no such version.');
  return found;
}

export function shownVersion(version: Version, inForce: Version): ShownVersion {
  const { name, title, summary, significant, why, updated, announcedAt, holdsAt, hash } = version;
  return {
    document: name,
    version: version.version,
    ...{ title, summary, significant, why, updated, hash },
    state: stateOf(version, inForce),
    announcedAt: announcedAt.toISOString(),
    holdsAt: holdsAt.toISOString(),
  };
}

function stateOf({ id, heldAt, withdrawnAt }: Version, inForce: Version): VersionState {
  if (withdrawnAt !== null) return 'withdrawn';
  if (heldAt === null) return 'waits';
  return id === inForce.id ? 'holds' : 'held';
}

const documentOnly = ({
  name,
  version,
  title,
  updated,
  significant,
  summary,
  blocks,
}: Version): PolicyDocument => ({
  ...{ name, version, title, updated, significant, summary, blocks },
});

const comparisonOf = (from: Version, to: Version): Comparison => ({
  document: to.name,
  title: to.title,
  from: from.version,
  to: to.version,
  blocks: compareTexts(from.blocks, to.blocks),
  system: to.name === 'privacy-policy' ? systemChanges(from.facts, to.facts).map(({ what }) => what) : [],
});

function newsOf({ publications, signIn, newcomers, early }: PublishingParts): News[] {
  const since = signIn.now() - NEWS_DAYS * DAY_MS;
  const waiting = publications.waiting.map((version) =>
    newsItem(version, 'waits', publications.inForce(version.name)),
  );
  const late = DOCUMENTS.flatMap((name) => {
    const [holds, before] = publications.held(name);
    const began = holds.heldAt?.getTime() ?? 0;
    return before === undefined || began < since ? [] : [newsItem(holds, 'holds', before)];
  });
  const recipients = newcomers().flatMap(({ what, from }) =>
    from === null || Date.parse(from) <= signIn.now()
      ? []
      : [{ title: COMES, summary: what, state: 'waits' as const, holdsAt: from, url: RECIPIENTS }],
  );
  const begun = early().map(
    ({ what, since }): News => ({
      title: CAME,
      summary: what,
      state: 'holds',
      holdsAt: since,
      url: RECIPIENTS,
    }),
  );
  return [...waiting, ...recipients, ...begun, ...late];
}

const COMES = 'Somebody new will process data for us.';
const CAME = 'Somebody new processes data for us.';
const RECIPIENTS = '/privacy/processors';

const newsItem = (version: Version, state: News['state'], before: Version): News => ({
  title: `Our ${DOCUMENT_WORDS[version.name]} ${state === 'waits' ? 'will change' : 'changed'}.`,
  summary: version.summary,
  state,
  holdsAt: version.holdsAt.toISOString(),
  url: compareUrl(version.name, before.version, version.version),
});

async function askedAnew(
  { publications, services, signIn }: PublishingParts,
  caller: Caller,
): Promise<AskedAnew[]> {
  const { who } = await demandSignedIn(signIn, caller, {
    besides: ['way_in', 'agreement', 'age', 'address'],
  });
  const rows = await services.db
    .select({ to: agreement.to, version: agreement.version })
    .from(agreement)
    .where(eq(agreement.person, who.person));
  return (['policy', 'terms'] as const).flatMap((to) => {
    const versions = rows.filter((row) => row.to === to).map(({ version }) => Number(version));
    const name = to === 'policy' ? 'privacy-policy' : 'terms';
    const holds = publications.inForce(name);
    const last = publications.find(name, Math.max(...versions, 0));
    if (last === null || versions.some((each) => publications.agreed.isEnough(to, String(each)))) return [];
    return [
      {
        document: name,
        summary: holds.summary,
        heldSince: holds.holdsAt.toISOString(),
        comparison: comparisonOf(last, holds),
      },
    ];
  });
}
