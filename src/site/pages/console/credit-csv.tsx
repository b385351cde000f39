/** The ledger, to save: its newest entries, and by `before` those that are older. */
import { csvFile } from '../../parts/csv.ts';
import { ask, signedIn } from '../../session.ts';
import type { Route } from './+types/credit-csv.ts';

/** Entries in one file; the next begins where it ended (`?before=` its last entry). */
const ENTRIES_MAX = 50_000;
const MICRO_DIGITS = 6;

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const text = new URL(request.url).searchParams.get('before') ?? '';
  const before = /^\d{1,15}$/.test(text) ? Number(text) : null;
  const { entries } = await ask(context, (console, caller) =>
    console.credit(caller, params.account, before, ENTRIES_MAX),
  );
  const rows = entries.map(({ id, at, kind, reason, amount_microusd }) => [
    id,
    at,
    kind,
    Number((amount_microusd / 1e6).toFixed(MICRO_DIGITS)),
    reason,
  ]);
  return csvFile('ledger', ['entry', 'booked_at', 'kind', 'amount_usd', 'reason'], rows);
}
