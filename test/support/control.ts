/** A real control for tests: on a fresh database of a real PostgreSQL, with real sockets in a temporary folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startControl } from '../../src/control/index.ts';
import type { OpenPages } from '../../src/control/page-parts.ts';
import type { ControlSettings } from '../../src/control/settings.ts';
import type { OpenVerification } from '../../src/control/verification/index.ts';
import { createLog, type Log, type LogLine, parseLine } from '../../src/log/log.ts';
import { apiReference } from '../../src/processes/api-reference/index.ts';
import { COMPANY } from './company.ts';
import { watchEgress } from './egress.ts';
import { LinkClient } from './link-client.ts';
import type { TestPostgres } from './postgres.ts';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export interface TestControl {
  readonly settings: ControlSettings;
  /** What it has logged. */
  readonly lines: LogLine[];
  admin(method: string, path: string, body?: unknown): Promise<Answer>;
  gateway(options?: Parameters<typeof LinkClient.open>[1]): Promise<LinkClient>;
  /** Runs a statement on its database, past control. */
  sql<R extends pg.QueryResultRow>(statement: string, values?: unknown[]): Promise<R[]>;
  /** An account with credit and a key; ids as the link has them. */
  customer(options?: { credit?: string; limits?: object; keyLimits?: object }): Promise<Customer>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  end(): Promise<void>;
}

export interface Customer {
  readonly email: string;
  readonly account: string;
  readonly key: string;
  readonly secret: string;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function testSettings(
  databaseUrl: string,
  more: Partial<ControlSettings> = {},
): Promise<ControlSettings> {
  const folder = await mkdtemp(join(tmpdir(), 'kept-control-'));
  const sitePort = await freePort();
  return {
    databaseUrl,
    host: '127.0.0.1',
    sitePort,
    siteUrl: `http://localhost:${sitePort}`,
    apiUrl: 'http://localhost:8081',
    linkSocket: join(folder, 'link.sock'),
    linkOwner: null,
    adminSocket: join(folder, 'admin.sock'),
    keysFolder: join(folder, 'keys'),
    ledgerFolder: join(folder, 'ledger'),
    masterKey: null,
    masterKeyCommand: null,
    exportsFolder: join(folder, 'exports'),
    backups: { folder: join(folder, 'backups'), everyMs: 86_400_000, keep: 7 },
    trustedProxies: [],
    signUp: { mode: 'open', domains: [], credit: 0 },
    providers: [],
    mail: { smtpUrl: null, from: null },
    mailDoor: { listen: null, imapUrl: null },
    drp: null,
    statistics: null,
    billing: 'prepaid',
    stripe: null,
    processors: [],
    processorsComing: [],
    engines: [],
    declarations: [],
    company: COMPANY,
    models: [],
    defaultPrice: { prompt: 100_000, completion: 100_000 },
    logLevel: 'debug',
    witnesses: [],
    release: { source: '1'.repeat(64), lock: '2'.repeat(64) },
    configuration: { fields: ['KEPT_DATA'], digest: '3'.repeat(64) },
    ...more,
  };
}

export async function startTestControl(
  postgres: Pick<TestPostgres, 'database'>,
  more: Partial<ControlSettings> = {},
  site?: (log: Log) => OpenPages,
  openVerification: OpenVerification | null = null,
): Promise<TestControl> {
  const settings = await testSettings(more.databaseUrl ?? (await postgres.database()), more);
  const lines: LogLine[] = [];
  const log = createLog('control', 'debug', (text) => {
    const line = parseLine(text.trim());
    if (line !== null) lines.push(line);
  });
  const egress = watchEgress(settings);
  const start = () =>
    egress.run(() => startControl(settings, log, site?.(log), apiReference(settings), { openVerification }));
  let running: Awaited<ReturnType<typeof startControl>> | null = await start();
  let customers = 0;
  const control: TestControl = {
    settings,
    lines,
    admin: (method, path, body) => callAdmin(settings.adminSocket, method, path, body),
    gateway: (options) => LinkClient.open(settings.linkSocket, options),
    sql: (statement, values) => runSql(settings.databaseUrl, statement, values),
    async customer({ credit = '10.00', limits, keyLimits } = {}) {
      const email = `customer${++customers}@example.org`;
      const path = `/accounts/${encodeURIComponent(email)}`;
      const made = await control.admin('POST', '/accounts', { email, name: 'A customer' });
      if (credit !== '0') await control.admin('POST', `${path}/credit`, { amount: credit, reason: 'test' });
      if (limits !== undefined) await control.admin('PATCH', path, { limits });
      const key = await control.admin('POST', `${path}/keys`, {
        name: 'test',
        ...(keyLimits && { limits: keyLimits }),
      });
      if (key.status !== 201) throw new Error(JSON.stringify(key.body));
      return { email, account: made.body.id.slice(5), key: key.body.id.slice(4), secret: key.body.key };
    },
    async stop() {
      await running?.stop();
      running = null;
    },
    async start() {
      running = await start();
    },
    async end() {
      await control.stop();
      await rm(join(settings.linkSocket, '..'), { recursive: true, force: true });
      egress.require();
    },
  };
  return control;
}

/** One statement on a connection of its own. */
export async function runSql<R extends pg.QueryResultRow>(
  url: string,
  statement: string,
  values: unknown[] = [],
): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(statement, values.length > 0 ? values : undefined)).rows;
  } finally {
    await client.end();
  }
}

export function callAdmin(socketPath: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const text = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request({
      socketPath,
      method,
      path,
      agent: false,
      headers: { 'content-type': 'application/json' },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let all = '';
      response.on('data', (part) => {
        all += part;
      });
      response.on('end', () => {
        const isJson = response.headers['content-type']?.startsWith('application/json');
        resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(all) : all });
      });
    });
    sent.end(text);
  });
}

/** For every account: the ledger's sum, the balance, and what its charged records come to. */
export async function books(control: TestControl) {
  return control.sql<{ account: string; balance: string; ledger: string; used: string; credited: string }>(`
    select replace(account.id::text, '-', '') as account, balance_microusd as balance,
      coalesce((select sum(amount_microusd) from ledger_entry where account_id = account.id), 0)::bigint as ledger,
      coalesce((select sum(amount_microusd) from ledger_entry where account_id = account.id and kind = 'credit'), 0)::bigint as credited,
      coalesce((select sum(price_microusd) from usage_record where account_id = account.id and voided_at is null), 0)::bigint as used
    from account`);
}

/** Days, models and keys whose sums are not what their records that were not voided come to, zeros as none. */
export async function wrongDays(url: string): Promise<unknown[]> {
  return runSql(
    url,
    `with counted as (
      select account_id, date_trunc('day', started_at, 'UTC') as day, model, key_id, count(*) as requests,
        sum(prompt_tokens) as prompt_tokens, sum(cached_tokens) as cached_tokens, sum(completion_tokens) as completion_tokens,
        sum(reasoning_tokens) as reasoning_tokens, sum(price_microusd) as price_microusd
      from usage_record where voided_at is null group by 1, 2, 3, 4
    )
    select account_id, day, to_jsonb(counted) as counted, to_jsonb(usage_day) as stored
    from counted full join usage_day using (account_id, day, model, key_id)
    where (coalesce(counted.requests, 0), coalesce(counted.prompt_tokens, 0), coalesce(counted.cached_tokens, 0),
        coalesce(counted.completion_tokens, 0), coalesce(counted.reasoning_tokens, 0), coalesce(counted.price_microusd, 0))
      <> (coalesce(usage_day.requests, 0), coalesce(usage_day.prompt_tokens, 0), coalesce(usage_day.cached_tokens, 0),
        coalesce(usage_day.completion_tokens, 0), coalesce(usage_day.reasoning_tokens, 0), coalesce(usage_day.price_microusd, 0))`,
  );
}
