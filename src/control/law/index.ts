/**
 * Law as data: what a place's law gives on a day, until when, by which rule, and how we know (STATE-1 to STATE-7, EU-1,
 * CPPA-1, CPPA-3). The facts stand in `policy/law/`; nothing here knows a state by name. Where our tables hold no law,
 * nothing is said to be one: what we do then is the most generous combination of all that they hold. Pure functions over
 * tables that are read once, at the start; adding a state is adding a file. [docs/law.md](../../../docs/law.md) is for
 * whoever reviews them.
 */
export {
  appealDeadlinesOf,
  type Counting,
  type Deadline,
  type DeadlineRule,
  type Deadlines,
  deadlinesOf,
  type Waited,
} from './deadlines.ts';
export { forLawPages, type LawPages, type ShownLaw } from './for-pages.ts';
export { type Day, dayInput, holds as holdsOn, jurisdictionOf } from './in-force.ts';
export { periodWords } from './periods.ts';
export {
  isPlace,
  NAMED_PLACES,
  type NamedPlace,
  type Place,
  placeInput,
  placeName,
  UNSAID,
} from './places.ts';
export { LawDamaged, type LawTable, readLaw } from './read-law.ts';
export { RIGHTS, type Right } from './rights.ts';
export { type RightsAnswer, rightsIn } from './rights-in.ts';
export { lawRoutes, rightsQuery } from './routes.ts';
export { type DeadlineKind, KNOWN, type Known, UNITS, zoneInput } from './rows.ts';
export {
  type AgentRule,
  type AppealRule,
  agentRule,
  appealOf,
  type Basis,
  basisOf,
  type Fact,
  type FreeRule,
  freeOf,
  givesRight,
  type PauseRule,
  pausesOf,
  type RefusalGround,
  type Regulator,
  recordsKept,
  refusalGrounds,
  regulatorOf,
  type VerificationRule,
  verificationOf,
} from './rules.ts';
export { RIGHT_NAMES } from './words.ts';
