/**
 * Exports that people ask for on the site: made in the background into a file of the data folder, sealed under a key that
 * lies sealed in the export's row, and kept for a day. Key death makes the file unreadable, wherever copies of it are.
 */
export { type ExportPages, forExportPages } from './for-pages.ts';
export { forRequests, type RequestExports } from './for-requests.ts';
export { forgetArchives } from './forget-archives.ts';
export { ExportQueue } from './queue.ts';
export type { ShownExport } from './read-export.ts';
