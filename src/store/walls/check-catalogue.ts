/**
 * Compares a live database with the data map: for `doctor`, for the migrator, for tests. Reads only; a table that no
 * one described, a wall that somebody took down, or a role that can do more than the map says is a finding.
 */
import type pg from 'pg';
import { readCatalogue } from './catalogue.ts';
import { type Finding, findDifferences } from './findings.ts';
import { databaseMark } from './logins.ts';
import type { Walls } from './rights.ts';

/** Everything that differs; empty when the walls stand as the map says. */
export async function checkCatalogue(client: pg.ClientBase, walls: Walls): Promise<readonly Finding[]> {
  return findDifferences(walls, await readCatalogue(client), await databaseMark(client));
}
