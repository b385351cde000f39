/**
 * Usage: one record for each request that reached an engine, made durable in groups and charged in the same statement.
 * Counts and times; nothing of what was said. The same statement adds up each day by model and key, so that whoever asks
 * for sums never reads all records.
 */
export { DaySurvey } from './day-survey.ts';
export { requestsPage, type UsageLine, usageReport } from './for-pages.ts';
export { usageTotals } from './read-usage.ts';
export { type Refund, recordUsage } from './record-usage.ts';
export { Recorder } from './recorder.ts';
export { usedIn } from './used-in.ts';
