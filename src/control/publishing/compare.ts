/** Two versions of a text, word by word: statement for statement by their clauses, everything else by its place. Pure. */
import { diffArrays, diffWordsWithSpace } from 'diff';
import type { Block, Inline } from '../policy/index.ts';

export interface Words {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

export interface ComparedBlock {
  readonly kind: 'same' | 'changed' | 'added' | 'removed';
  readonly isHeading: boolean;
  readonly clauses: readonly string[];
  readonly words: readonly Words[];
}

/** A heading, a paragraph or an item of a list. */
interface Piece {
  readonly isHeading: boolean;
  readonly clauses: readonly string[];
  readonly text: string;
}

export function compareTexts(before: readonly Block[], after: readonly Block[]): readonly ComparedBlock[] {
  const [old, now] = [before.flatMap(piecesOf), after.flatMap(piecesOf)];
  const compared: ComparedBlock[] = [];
  let [atOld, atNow] = [0, 0];
  const runs = diffArrays(old.map(keyOf), now.map(keyOf));
  for (let at = 0; at < runs.length; at++) {
    const { added, removed, count } = runs[at] as (typeof runs)[number];
    if (!added && !removed) {
      for (let n = 0; n < count; n++) compared.push(both(old[atOld++] as Piece, now[atNow++] as Piece));
      continue;
    }
    const next = runs[at + 1];
    const isReplaced = removed === true && next?.added === true;
    const gone = removed ? old.slice(atOld, atOld + count) : [];
    const come = added
      ? now.slice(atNow, atNow + count)
      : isReplaced
        ? now.slice(atNow, atNow + next.count)
        : [];
    compared.push(...replaced(gone, come));
    atOld += gone.length;
    atNow += come.length;
    if (isReplaced) at++;
  }
  return compared;
}

/** Ids of clauses whose words differ, or that one of the two does not have. */
export const changedClauses = (compared: readonly ComparedBlock[]): readonly string[] => [
  ...new Set(compared.filter(({ kind }) => kind !== 'same').flatMap(({ clauses }) => clauses)),
];

/** Promises that came or went: their ids. */
export function clausesComeAndGone(compared: readonly ComparedBlock[]): {
  readonly come: readonly string[];
  readonly gone: readonly string[];
} {
  const of = (kind: 'added' | 'removed') =>
    new Set(compared.filter((each) => each.kind === kind).flatMap(({ clauses }) => clauses));
  const [come, gone] = [of('added'), of('removed')];
  return {
    come: [...come].filter((id) => !gone.has(id)),
    gone: [...gone].filter((id) => !come.has(id)),
  };
}

/** What stands in the place of each other is compared by its words, as far as it is alike and no promise of its own. */
function replaced(gone: readonly Piece[], come: readonly Piece[]): ComparedBlock[] {
  const pairs = Math.min(gone.length, come.length);
  const isAlike = (one: Piece, other: Piece) =>
    one.isHeading === other.isHeading && one.clauses.length + other.clauses.length === 0;
  const found: ComparedBlock[] = [];
  for (let at = 0; at < Math.max(gone.length, come.length); at++) {
    const [one, other] = [gone[at], come[at]];
    if (at < pairs && one !== undefined && other !== undefined && isAlike(one, other)) {
      found.push(both(one, other));
      continue;
    }
    if (one !== undefined) found.push(alone(one, 'removed'));
    if (other !== undefined) found.push(alone(other, 'added'));
  }
  return found;
}

function both(one: Piece, other: Piece): ComparedBlock {
  const { isHeading, clauses } = other;
  if (one.text === other.text)
    return { kind: 'same', isHeading, clauses, words: [{ kind: 'same', text: one.text }] };
  const words = diffWordsWithSpace(one.text, other.text).map(({ added, removed, value }) => ({
    kind: added ? ('added' as const) : removed ? ('removed' as const) : ('same' as const),
    text: value,
  }));
  return { kind: 'changed', isHeading, clauses, words: joined(words) };
}

/** Changes with nothing but space between them are one: what went stands whole before what came. */
function joined(words: readonly Words[]): readonly Words[] {
  const found: Words[] = [];
  let [removed, added] = ['', ''];
  const end = () => {
    if (removed !== '') found.push({ kind: 'removed', text: removed });
    if (added !== '') found.push({ kind: 'added', text: added });
    [removed, added] = ['', ''];
  };
  words.forEach(({ kind, text }, at) => {
    const isBetween =
      text.trim() === '' && removed + added !== '' && words[at + 1] !== undefined && kind === 'same';
    if (kind === 'removed' || isBetween) removed += text;
    if (kind === 'added' || isBetween) added += text;
    if (kind !== 'same' || isBetween) return;
    end();
    found.push({ kind, text });
  });
  end();
  return found;
}

const alone = ({ isHeading, clauses, text }: Piece, kind: 'added' | 'removed'): ComparedBlock => ({
  kind,
  isHeading,
  clauses,
  words: [{ kind, text }],
});

/** A statement is the same one as long as it is the same clauses. */
const keyOf = ({ clauses, text, isHeading }: Piece): string =>
  clauses.length > 0 ? clauses.join() : `${isHeading ? '#' : ''} ${text}`;

function piecesOf(block: Block): Piece[] {
  switch (block.kind) {
    case 'heading':
      return [{ isHeading: true, clauses: [], text: block.text }];
    case 'paragraph':
      return [{ isHeading: false, clauses: block.clauses, text: plain(block.text) }];
    case 'list':
      return block.items.map(({ clauses, text }) => ({ isHeading: false, clauses, text: plain(text) }));
    case 'part':
      return [{ isHeading: false, clauses: [], text: `(made from the running system: ${block.name})` }];
  }
}

/** Where a link leads is part of what is said. */
function plain(text: readonly Inline[]): string {
  return text
    .map((inline) => {
      switch (inline.kind) {
        case 'text':
        case 'code':
          return inline.text;
        case 'link':
          return `${plain(inline.inside)} (${inline.to})`;
        default:
          return plain(inline.inside);
      }
    })
    .join('');
}
