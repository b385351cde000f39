/** What is left of the credit, or what was used where none is needed; and every change of the balance. */
import type { Standing } from '../../../control/standing.ts';
import { siteContext } from '../../context.ts';
import { CreditWays } from '../../parts/credit-ways.tsx';
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
  const { standing, entries, payments, ...ways } = await ask(context, (console, caller) =>
    console.credit(caller, params.account, before, PAGE + 1),
  );
  const shown = entries.slice(0, PAGE);
  const { payments: paying, plans } = context.get(siteContext).parts.console;
  return {
    standing,
    payments: before === null ? payments : [],
    ways: { ...ways, hasPlans: plans.offered },
    available: paying.available,
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

const BY_OPERATOR = 'Credit is added by whoever runs this service.';
type Is = Extract<Standing, { microUsd: number }>['is'];
const WORDS: Readonly<Record<Is, (microUsd: number) => string>> = {
  left: (microUsd) =>
    microUsd > 0
      ? 'is left. Requests are paid from it as they end.'
      : 'is left, so requests are refused until there is credit again.',
  used: () => 'was used this month (UTC). No credit is needed here; where a budget is set, it holds.',
};
const KINDS = {
  credit: 'Credit',
  payment: 'Bought',
  plan: 'By your plan',
  usage: 'Requests',
  void: 'Given back',
  refund: 'Refunded',
  dispute: 'Disputed',
  forfeit: 'Given up',
} as const;

const titleOf = (standing: { readonly is: Is } | undefined) => (standing?.is === 'used' ? 'Used' : 'Credit');

export default function Credit({ loaderData }: Route.ComponentProps) {
  const { standing, entries, payments, ways, available, next, isFirst, place } = loaderData;
  return (
    <div className="stack">
      <h1>{titleOf(standing)}</h1>
      <p className="balance">{microDollars(standing.microUsd)}</p>
      <p className="quiet">
        {WORDS[standing.is](standing.microUsd)}
        {standing.is === 'left' && !available && ` ${BY_OPERATOR}`}
      </p>
      <CreditWays {...ways} place={place} />
      {payments.length > 0 && <Payments payments={payments} place={place} />}
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

type Loaded = Route.ComponentProps['loaderData'];

const Payments = ({ payments, place }: Pick<Loaded, 'payments' | 'place'>) => (
  <>
    <h2>Payments</h2>
    <WideTable label="Payments">
      <thead>
        <tr>
          <th scope="col">Paid (UTC)</th>
          <th scope="col" className="number">
            Credit
          </th>
          <th scope="col" className="number">
            Tax
          </th>
          <th scope="col" className="number">
            Charged
          </th>
          <th scope="col" className="number">
            Returned
          </th>
        </tr>
      </thead>
      <tbody>
        {payments.map(({ id, paidAt, askedAt, amount, tax, gross, returned }) => (
          <tr key={id}>
            <th scope="row">
              <a href={`${place}/payments/${id}`}>
                <Moment iso={paidAt ?? askedAt} />
              </a>
            </th>
            <td className="number">{microDollars(amount)}</td>
            <td className="number">{microDollars(tax ?? 0)}</td>
            <td className="number">{microDollars(gross ?? 0)}</td>
            <td className="number">{microDollars(returned)}</td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  </>
);
