/** What Kept says of a text before a person says whether it is significant. Pure. */
import type { DocumentName } from '../document-names.ts';
import { type Block, documentOf, type Operator, type Statement, UnknownMarkup } from '../policy/index.ts';
import { Problem } from '../problem.ts';
import { type ComparedBlock, changedClauses, clausesComeAndGone, compareTexts } from './compare.ts';
import { type SystemFacts, systemChanges } from './facts.ts';

export interface Reason {
  /** Nobody can say that it is not significant. */
  readonly always: boolean;
  /** A sentence for everybody. */
  readonly what: string;
}

export interface Proposal {
  readonly compared: readonly ComparedBlock[];
  /** Why it would be significant; none: Kept sees nothing that is. */
  readonly reasons: readonly Reason[];
}

interface Side {
  readonly blocks: readonly Block[];
  readonly facts: SystemFacts;
}

export function propose(name: DocumentName, before: Side, after: Side): Proposal {
  const compared = compareTexts(before.blocks, after.blocks);
  const { come, gone } = clausesComeAndGone(compared);
  const changed = changedClauses(compared).filter((id) => !come.includes(id) && !gone.includes(id));
  const system = name === 'privacy-policy' ? systemChanges(before.facts, after.facts) : [];
  return {
    compared,
    reasons: [
      ...system.map(({ what }) => ({ always: true, what })),
      ...gone.map((id) => ({ always: true, what: `The promise ${id} is taken away.` })),
      ...come.map((id) => ({ always: true, what: `There is a promise that was not there: ${id}.` })),
      ...(changed.length === 0
        ? []
        : [{ always: false, what: `Promises in other words: ${changed.join(', ')}.` }]),
    ],
  };
}

/** A text as it would be shown. Throws `Problem` 400 for one that cannot be published. */
export function checkedBlocks(
  name: DocumentName,
  text: string,
  operator: Operator,
  register: readonly { readonly id: string }[],
): readonly Block[] {
  const blocks = readBlocks(name, text, operator);
  if (blocks.length === 0) throw refused('It is empty.');
  const said = blocks.flatMap(statementsOf).flatMap(({ clauses }) => clauses);
  const twice = said.filter((id, at) => said.indexOf(id) !== at);
  if (twice.length > 0) throw refused(`It has ${twice.join(', ')} more than once.`);
  const known = name === 'privacy-policy' ? register.map(({ id }) => id) : [];
  const unknown = said.filter((id) => !known.includes(id));
  if (unknown.length > 0)
    throw refused(`It names ${unknown.join(', ')}, which the register of promises does not have.`);
  const missing = known.filter((id) => !said.includes(id));
  if (missing.length > 0)
    throw refused(
      `No statement has the id ${missing.join(', ')}. Each promise of the register stands in the policy once, as {ID} before its words.`,
    );
  return blocks;
}

function readBlocks(name: DocumentName, text: string, operator: Operator): readonly Block[] {
  const head = { version: 1, title: '', summary: '', updated: '', significant: true };
  try {
    return documentOf(name, { ...head, text }, operator).blocks;
  } catch (error) {
    if (error instanceof UnknownMarkup) throw refused(`It cannot be shown: ${error.message}.`);
    throw error;
  }
}

const statementsOf = (block: Block): readonly Statement[] =>
  block.kind === 'paragraph' ? [block] : block.kind === 'list' ? block.items : [];

const refused = (message: string) => new Problem(400, 'text_not_fit', message);
