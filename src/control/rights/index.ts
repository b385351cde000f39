/**
 * Rights of the people whose data is held. What is done with which table follows from the data map; here stands only
 * who may ask for it, and what control's other parts do about it.
 */
export { correctOwn, demandCorrectable } from './correct-person.ts';
export { type Erasing, eraseAtOnce } from './erase-account.ts';
export { erasingRows, erasureSettings } from './erasure-settings.ts';
export { startExport } from './export-person.ts';
export { forRightsPages, type RightsPages } from './for-pages.ts';
export { Housekeeping } from './housekeeping.ts';
export { handOver, leave, leavingPlan, stay, successorsOf } from './leave.ts';
export { type ProfileItem, type ProfileSection, type ProfileValue, profileOf } from './profile.ts';
export { setRestriction } from './restrict-person.ts';
export { rightsRoutes } from './routes.ts';
export { showInput, showPerson } from './show-person.ts';
