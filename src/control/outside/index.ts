/**
 * Systems outside Kept in which the operator's staff hold personal data too: a register with somebody who looks after each, and
 * a task for each that a request concerns, so that no answer to a person claims completeness without them.
 */

export { endTasksOf } from './end-tasks.ts';
export {
  attachErasure,
  endForCancelled,
  openForErasures,
  outsideErasures,
} from './erasures.ts';
export { forOutsideDesk, type OutsideDesk } from './for-desk.ts';
export { HANDED_IN_BYTES_MAX } from './handed-in.ts';
export { type OutsideFigures, outsideFigures } from './list-tasks.ts';
export { areMissing, openTasks, type Wanted } from './open-tasks.ts';
export {
  countOpen,
  countOpenOf,
  openSystems,
  outsideForExport,
  type StandingOutside,
  standingOutside,
} from './standing.ts';
export { tidyTasks } from './tidy.ts';
export { warnOwners } from './warn.ts';
