/**
 * What row security costs the writer: its usage statement (`record-usage.ts`) as the tables' owner without any wall, and
 * as `kept_meter` behind all of them, in turns on one server, each into a table of 100,000 rows.
 * `node bench/walls.ts` prints rows a second of both.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { recordUsage } from '../src/control/usage/record-usage.ts';
import { walls } from '../src/control/walls.ts';
import { newId } from '../src/link/ids.ts';
import type { UsageRecord } from '../src/link/words.ts';
import { migrate, migrateAndWall } from '../src/store/migrate.ts';
import { urlAs } from '../src/store/walls/logins.ts';
import { roleOptions } from '../src/store/walls/roles.ts';
import { usage } from '../test/support/link-client.ts';
import { startPostgres } from '../test/support/postgres.ts';
import type { Figure } from './figures.ts';
import { quantile } from './measure.ts';

export interface WallsEffort {
  /** Rows that are there before. */
  readonly rows: number;
  readonly rounds: number;
}
const ACCOUNTS = 50;
/** Records in one statement, and statements in a round. */
const SHAPES = [
  { batch: 1000, statements: 12 },
  { batch: 50, statements: 100 },
  { batch: 1, statements: 300 },
] as const;

interface Side {
  readonly client: pg.Client;
  readonly accounts: readonly string[];
}

async function connect(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config);
  await client.connect();
  return client;
}

/** Accounts to charge, and a table that is already large. */
async function fill(url: string, rows: number): Promise<string[]> {
  const owner = await connect({ connectionString: url });
  const accounts = Array.from({ length: ACCOUNTS }, () => newId());
  await owner.query(`insert into account (id, way) select unnest($1::uuid[]), 'operator'`, [accounts]);
  await owner.query(
    `insert into usage_record (id, account_id, key_id, endpoint, started_at, price_microusd, ending)
     select gen_random_uuid(), ($1::uuid[])[1 + n % $2], gen_random_uuid(), 'chat', now(), 7, 'complete'
     from generate_series(1, $3) n`,
    [accounts, ACCOUNTS, rows],
  );
  await owner.query('vacuum analyze usage_record');
  await owner.end();
  return accounts;
}

function records(accounts: readonly string[], count: number): UsageRecord[] {
  const key = newId();
  return Array.from({ length: count }, (_, i) => usage(accounts[i % ACCOUNTS] as string, key, 7));
}

/** Rows a second of one round. */
async function round(side: Side, batch: number, statements: number): Promise<number> {
  const batches = Array.from({ length: statements }, () => records(side.accounts, batch));
  const begun = performance.now();
  for (const each of batches) await recordUsage(side.client, each);
  return (batch * statements * 1000) / (performance.now() - begun);
}

export async function wallsBench(
  { rows, rounds }: WallsEffort,
  say: (line: string) => void,
): Promise<Figure[]> {
  const postgres = await startPostgres();
  const folder = await mkdtemp(join(tmpdir(), 'kept-bench-walls-'));
  try {
    const [open, walled] = [await postgres.database(), await postgres.database()];
    await migrate(open);
    const { logins, left } = await migrateAndWall(walled, walls, folder);
    for (const { code, what } of left) say(`left: ${code} ${what}`);
    const sides = [
      await sideOf({ connectionString: open }, open, rows),
      await sideOf(
        { connectionString: urlAs(walled, logins.system), options: roleOptions('kept_meter') },
        walled,
        rows,
      ),
    ] as const;
    const figures: Figure[] = [];
    for (const shape of SHAPES) figures.push(await compare(shape, sides, rounds));
    await Promise.all(sides.map(({ client }) => client.end()));
    return figures;
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const sideOf = async (config: pg.ClientConfig, url: string, rows: number): Promise<Side> => ({
  client: await connect(config),
  accounts: await fill(url, rows),
});

/** Rows a second without walls and behind them, in turns. */
async function compare(
  { batch, statements }: (typeof SHAPES)[number],
  sides: readonly [Side, Side],
  rounds: number,
): Promise<Figure> {
  const rates = sides.map(() => [] as number[]);
  for (let i = 0; i <= rounds; i++) {
    for (const at of i % 2 === 0 ? [0, 1] : [1, 0]) {
      const rate = await round(sides[at] as Side, batch, statements);
      if (i > 0) rates[at]?.push(rate);
    }
  }
  const [open, walled] = rates.map((each) => quantile(each, 0.5)) as [number, number];
  const shown = (rate: number): string => `${Math.round(rate).toLocaleString('en')}/s`;
  return {
    what: `row security: usage records, ${batch} a statement`,
    ours: shown(walled),
    peer: `as owner, without walls: ${shown(open)}`,
    outcome: `${(walled / open).toFixed(2)} ×`,
    goal: '–',
    met: null,
  };
}
