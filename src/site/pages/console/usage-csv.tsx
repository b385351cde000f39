/** Usage of a span by day, model and key, to save. */
import { siteContext } from '../../context.ts';
import { csvFile } from '../../parts/csv.ts';
import { ask, signedIn } from '../../session.ts';
import type { Route } from './+types/usage-csv.ts';

const HEAD = ['day', 'model', 'key', 'key_name', 'requests', 'prompt_tokens', 'completion_tokens'];
/** Where use has a price. */
const COST = 'cost_usd';
const MICRO_DIGITS = 6;

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const { searchParams } = new URL(request.url);
  const asked = { month: searchParams.get('month'), days: searchParams.get('days') };
  const { span, lines, keyNames } = await ask(context, (console, caller) =>
    console.usage.report(caller, params.account, asked),
  );
  const isPriced = context.get(siteContext).parts.billing !== 'off';
  const rows = lines.map((line) => [
    line.day,
    line.model,
    line.key,
    keyNames[line.key] ?? null,
    line.requests,
    line.promptTokens,
    line.completionTokens,
    ...(isPriced ? [(line.price / 1e6).toFixed(MICRO_DIGITS)] : []),
  ]);
  return csvFile(`usage-${span.from}-${span.to}`, isPriced ? [...HEAD, COST] : HEAD, rows);
}
