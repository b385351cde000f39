/**
 * The published policy and terms, version by version, as the site shows them and as people agree to them (SCOPE-1,
 * SCOPE-2, CHANGE-2). The texts stand in `policy/`; who the operator is comes from the configuration.
 */
export {
  type Binding,
  type Bindings,
  bindingsOf,
  type Killed,
  readBindings,
  readMutations,
} from './bindings.ts';
export { type Block, blocksOf, type Inline, type Statement, UnknownMarkup } from './blocks.ts';
export { type Clause, readClauses } from './clauses.ts';
export { type InventoryItem, readCookies } from './cookies.ts';
export { type ChangelogEntry, readChangelog } from './read-changelog.ts';
export {
  documentOf,
  type Operator,
  type PolicyDocument,
  type PolicyDocuments,
  readDocuments,
  readTexts,
  versionsInForce,
  type WrittenText,
  writtenText,
} from './read-documents.ts';
