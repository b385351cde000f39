/**
 * Our own measurement of the site (COLLECT-4, AUTO-1): which page, how long, from which site, by what kind of browser.
 * Only of those who agreed, never with Global Privacy Control, by nobody else's service. Rows carry a random number that
 * ends with the day, and a person only while that person agrees to the tie. The operator reads sums of groups.
 */
export { cutTie, cutTiesWithoutConsent } from './cut-tie.ts';
export { measureInput } from './measure.ts';
export { analyticsRoutes, measureRoutes } from './routes.ts';
