/**
 * The desk: what the operator's staff does with accounts of others. Numbers are seen by role alone; whatever is personal
 * is opened by one door that demands a reason and enters the look in the record first.
 */
export { type DeskPages, forDesk } from './for-pages.ts';
export { deskRoutes } from './routes.ts';
export { allowedTo, type DeskPermission, demandStaff } from './staff.ts';
export { type Suspension, standingSuspension } from './suspend-account.ts';
