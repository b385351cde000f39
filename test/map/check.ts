/** Part of `npm run check`: the mistakes of the product's data map, one a line; ends with 1 when there is one. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { dataMap } from '../../src/control/data-map.ts';
import { findMistakes } from '../../src/store/map/mistakes.ts';

const ROOT = join(import.meta.dirname, '../..');

const tables: PgTable[] = [];
for (const file of globSync('src/**/schema.ts', { cwd: ROOT })) {
  const declared: Record<string, unknown> = await import(join(ROOT, file));
  tables.push(...Object.values(declared).filter((value) => is(value, PgTable)));
}
const mistakes = findMistakes(dataMap, tables);
for (const { at, sentence } of mistakes) process.stderr.write(`${at}: ${sentence}\n`);
if (mistakes.length > 0) process.exitCode = 1;
