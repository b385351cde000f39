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
import { newId } from '../src/link/ids.ts';
import type { UsageRecord } from '../src/link/words.ts';
import { migrate, migrateAndWall } from '../src/store/migrate.ts';
import { urlAs } from '../src/store/walls/logins.ts';
import { roleOptions } from '../src/store/walls/roles.ts';
import { usage } from '../test/support/link-client.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { PRODUCT_MAP, PRODUCT_NEEDS } from '../test/walls/product-needs.ts';

const ROWS = 100_000;
const ACCOUNTS = 50;
const ROUNDS = 9;
/** Records in one statement, and statements in a round. */
const SHAPES = [
  { batch: 1000, statements: 12 },
  { batch: 50, statements: 100 },
  { batch: 1, statements: 300 },
] as const;

interface Side {
  readonly name: string;
  readonly client: pg.Client;
  readonly accounts: readonly string[];
}

async function connect(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config);
  await client.connect();
  return client;
}

/** Accounts to charge, and a table that is already large. */
async function fill(url: string): Promise<string[]> {
  const owner = await connect({ connectionString: url });
  const accounts = Array.from({ length: ACCOUNTS }, () => newId());
  await owner.query(`insert into account (id, way) select unnest($1::uuid[]), 'operator'`, [accounts]);
  await owner.query(
    `insert into usage_record (id, account_id, key_id, endpoint, started_at, price_microusd, ending)
     select gen_random_uuid(), ($1::uuid[])[1 + n % $2], gen_random_uuid(), 'chat', now(), 7, 'complete'
     from generate_series(1, $3) n`,
    [accounts, ACCOUNTS, ROWS],
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

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

const postgres = await startPostgres();
const folder = await mkdtemp(join(tmpdir(), 'kept-bench-walls-'));
try {
  const [open, walled] = [await postgres.database(), await postgres.database()];
  await migrate(open);
  const { logins, left } = await migrateAndWall(walled, { map: PRODUCT_MAP, needs: PRODUCT_NEEDS }, folder);
  for (const { code, what } of left) console.log(`left: ${code} ${what}`);
  const sides: Side[] = [
    { name: 'without walls', client: await connect({ connectionString: open }), accounts: await fill(open) },
    {
      name: 'behind walls',
      client: await connect({
        connectionString: urlAs(walled, logins.system),
        options: roleOptions('kept_meter'),
      }),
      accounts: await fill(walled),
    },
  ];
  for (const { batch, statements } of SHAPES) {
    const figures = new Map(sides.map((side) => [side, [] as number[]]));
    for (let i = 0; i <= ROUNDS; i++) {
      for (const side of i % 2 === 0 ? sides : sides.toReversed()) {
        const rate = await round(side, batch, statements);
        if (i > 0) figures.get(side)?.push(rate);
      }
    }
    const rates = sides.map((side) => median(figures.get(side) ?? []));
    const shown = sides.map(
      (side, i) => `${side.name} ${Math.round(rates[i] as number).toLocaleString('en')}/s`,
    );
    const quotient = ((rates[1] as number) / (rates[0] as number)).toFixed(3);
    console.log(`${batch} records a statement: ${shown.join(', ')}; ${quotient} ×`);
  }
  await Promise.all(sides.map(({ client }) => client.end()));
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
