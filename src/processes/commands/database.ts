/** `kept database sql`: what an administrator of a PostgreSQL runs whose user for Kept may not make roles. */
import type { Command } from 'commander';
import pg from 'pg';
import { ConfigError, readConfig } from '../../config/index.ts';
import { printRoleSql } from '../../store/walls/apply-walls.ts';
import { StartError } from '../start-error.ts';
import { requireDatabase } from '../supervisor/database.ts';
import { CommandError } from './admin-client.ts';
import { action, print, withJson } from './print.ts';

export function register(program: Command): void {
  const database = program.command('database').description('a PostgreSQL of your own (DATABASE_URL)');
  withJson(
    database
      .command('sql')
      .description('prints the SQL that makes the roles, for an administrator to run in the database'),
  ).action(action(printSql));
}

async function printSql({ json }: { json?: boolean }): Promise<void> {
  const { databaseUrl, keysFolder } = configuration();
  if (databaseUrl === null) {
    throw new CommandError('DATABASE_URL is not set: the embedded PostgreSQL makes its roles by itself.');
  }
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'kept database sql' });
  client.on('error', () => {});
  try {
    await requireDatabase(databaseUrl);
    await client.connect();
    const sql = await printRoleSql(client, keysFolder);
    print(json, { sql }, [sql]);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    throw new CommandError(error.message);
  } finally {
    await client.end().catch(() => {});
  }
}

function configuration() {
  try {
    return readConfig(process.env, process.cwd());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandError(error.message);
  }
}
