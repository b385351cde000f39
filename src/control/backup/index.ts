/** Backups and restores. What is in them and how they come back: docs/backup.md. */
export { backUpBeforeMigrations } from './before-migrations.ts';
export { enterRestores } from './enter-restores.ts';
export { type Backups, enterBackup, makeScheduled } from './make-backup.ts';
export { ledgerPlace, restoreParts } from './restore-parts.ts';
export { backupRoutes } from './routes.ts';
export { ScheduledBackups } from './scheduled-backups.ts';
