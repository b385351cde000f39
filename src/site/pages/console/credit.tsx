/** What is left of the credit, or what was used where none is needed; and every change of the balance. */
import type { Standing } from '../../../control/standing.ts';
import { microDollars } from '../../parts/format.ts';
import { Moment } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { ask, signedIn } from '../../session.ts';
import type { Route } from './+types/credit.ts';

/** Entries on one page. */
const PAGE = 100;

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const text = new URL(request.url).searchParams.get('before') ?? '';
  const before = /^\d{1,15}$/.test(text) ? Number(text) : null;
  const { standing, entries } = await ask(context, (console, caller) =>
    console.credit(caller, params.account, before, PAGE + 1),
  );
  const shown = entries.slice(0, PAGE);
  return {
    standing,
    entries: shown,
    next: entries.length > PAGE ? (shown.at(-1)?.id ?? null) : null,
    isFirst: before === null,
    place: `/console/${params.account}/credit`,
  };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta = ({ loaderData }: Route.MetaArgs) => [
  { title: `${titleOf(loaderData?.standing)} – Kept` },
];

const HOW = 'Credit is added by whoever runs this service; paying by card is not possible here yet.';
type Is = Extract<Standing, { microUsd: number }>['is'];
const WORDS: Readonly<Record<Is, (microUsd: number) => string>> = {
  left: (microUsd) =>
    microUsd > 0
      ? `is left. Requests are paid from it as they end. ${HOW}`
      : `is left, so requests are refused until there is credit again. ${HOW}`,
  used: () => 'was used this month (UTC). No credit is needed here; where a budget is set, it holds.',
};
const KINDS = { credit: 'Credit', usage: 'Requests', void: 'Given back' } as const;

const titleOf = (standing: { readonly is: Is } | undefined) => (standing?.is === 'used' ? 'Used' : 'Credit');

export default function Credit({ loaderData }: Route.ComponentProps) {
  const { standing, entries, next, isFirst, place } = loaderData;
  return (
    <div className="stack">
      <h1>{titleOf(standing)}</h1>
      <p className="balance">{microDollars(standing.microUsd)}</p>
      <p className="quiet">{WORDS[standing.is](standing.microUsd)}</p>
      <h2>Ledger</h2>
      {entries.length === 0 ? (
        <p>{isFirst ? 'Nothing was booked yet.' : 'There are no older entries.'}</p>
      ) : (
        <WideTable label="Ledger">
          <thead>
            <tr>
              <th scope="col">Booked (UTC)</th>
              <th scope="col">What</th>
              <th scope="col" className="number">
                Amount
              </th>
              <th scope="col" className="number">
                Entry
              </th>
            </tr>
          </thead>
          <tbody>
            {entries.map(({ id, at, kind, reason, amount_microusd }) => (
              <tr key={id}>
                <th scope="row">
                  <Moment iso={at} />
                </th>
                <td>
                  {KINDS[kind]}
                  {reason !== null && `: ${reason}`}
                </td>
                <td className="number">{microDollars(amount_microusd)}</td>
                <td className="number">{id}</td>
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
      <p className="actions">
        {!isFirst && <a href={place}>The newest</a>}
        {next !== null && <a href={`?before=${next}`}>Older entries</a>}
        <a href={`${place}.csv`}>Save as CSV</a>
      </p>
    </div>
  );
}
