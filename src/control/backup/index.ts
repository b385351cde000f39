/** Backups that the operator asks for while control runs. What is in them and how they come back: docs/backup.md. */
export { backupRoutes } from './routes.ts';
