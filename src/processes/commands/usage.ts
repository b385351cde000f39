/** `kept usage`: what an account has used, in sum and request by request. */
import type { Command } from 'commander';
import { formatAmount } from '../../control/amount.ts';
import { accountPath, CommandError, callAdmin } from './admin-client.ts';
import { action, print, table, withAccount, withJson } from './print.ts';
import { isPriced } from './running.ts';

/** Records in one answer of the instance. */
const PAGE = 5_000;
/** Records that people are shown. */
const SHOWN = 20;

interface ShownRecord {
  readonly id: string;
  readonly model: string;
  readonly started_at: string;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly price_microusd: number;
  readonly ending: string;
}

interface Usage {
  readonly totals: {
    readonly requests: number;
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly price_microusd: number;
  };
  readonly records: readonly ShownRecord[];
}

export function register(program: Command): void {
  const usage = program
    .command('usage')
    .description('what an account has used: totals and records, newest first')
    .option('--limit <n>', 'at most so many records (all with --json, else 20)');
  withJson(withAccount(usage)).action(
    action(async (options: { account: string; limit?: string; json?: boolean }) => {
      const limit = recordLimit(options.limit, options.json ? Number.POSITIVE_INFINITY : SHOWN);
      const answer = await readUsage(options.account, limit);
      const { totals } = answer;
      const priced = isPriced();
      const rows = answer.records.map((record) => [
        record.started_at,
        record.model,
        String(record.prompt_tokens),
        String(record.completion_tokens),
        ...(priced ? [formatAmount(record.price_microusd)] : []),
        record.ending,
      ]);
      const head = ['started', 'model', 'prompt', 'completion', ...(priced ? ['USD'] : []), 'ending'];
      const price = priced ? `, ${formatAmount(totals.price_microusd)} USD` : '';
      print(options.json, answer, [
        `${totals.requests} requests, ${totals.prompt_tokens} prompt tokens, ${totals.completion_tokens} completion tokens${price}`,
        ...(rows.length === 0 ? [] : table([head, ...rows])),
      ]);
    }),
  );
}

function recordLimit(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new CommandError(`--limit must be a whole number, not “${text}”.`);
  return Number(text);
}

/** Totals, and records page by page until there are no more or `limit` is reached. */
async function readUsage(account: string, limit: number): Promise<Usage> {
  const records: ShownRecord[] = [];
  let after: string | null = null;
  for (;;) {
    const size = Math.max(1, Math.min(PAGE, limit - records.length));
    const query = new URLSearchParams({ limit: String(size), ...(after !== null && { after }) });
    const page: Usage & { next: string | null } = await callAdmin(
      'GET',
      accountPath(account, `/usage?${query}`),
    );
    records.push(...page.records);
    after = page.next;
    if (after === null || records.length >= limit)
      return { totals: page.totals, records: records.slice(0, limit) };
  }
}
