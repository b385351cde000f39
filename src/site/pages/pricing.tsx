/** Prices, and what a month would cost: a form that works without JavaScript, since the answer is in the address. */
import { data } from 'react-router';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { count, dollars, exactDollars } from '../parts/format.ts';
import { Moment } from '../parts/moment.tsx';
import { WideTable } from '../parts/wide-table.tsx';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/pricing.ts';

const MILLION = 1_000_000;
const DEFAULTS = { requests: 10_000, input: 1_000, output: 300 } as const;
const LARGEST = 1_000_000_000;
type Field = keyof typeof DEFAULTS;

export function loader({ context, request }: Route.LoaderArgs) {
  const { searchParams } = new URL(request.url);
  const { parts } = context.get(siteContext);
  if (parts.billing === 'off') throw data(null, { status: 404 });
  const models = parts.models().flatMap(({ name, price }) => (price === null ? [] : [{ name, ...price }]));
  const read = (name: Field) => readCount(searchParams.get(name)) ?? DEFAULTS[name];
  const use = { requests: read('requests'), input: read('input'), output: read('output') };
  const chosen = models.find(({ name }) => name === searchParams.get('model')) ?? models[0] ?? null;
  const answer = chosen && {
    model: chosen.name,
    input: (use.requests * use.input * chosen.promptUsd) / MILLION,
    output: (use.requests * use.output * chosen.completionUsd) / MILLION,
  };
  const coming = parts
    .models()
    .flatMap(({ name, price, coming: next }) =>
      price === null || next === null ? [] : [{ name, price, next }],
    );
  return { models: models.map(({ name }) => name), use, answer, billing: parts.billing, coming };
}

function readCount(text: string | null): number | null {
  if (text === null || !/^\d{1,10}$/.test(text)) return null;
  return Math.min(Number(text), LARGEST);
}

export const handle: PageHandle = { measured: 'pricing' };
export const meta: Route.MetaFunction = () =>
  about('Pricing', 'What a million tokens cost, model by model, and a calculator for your use.');

export default function Pricing({
  loaderData: { models, use, answer, billing, coming },
}: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Pricing</h1>
      <p className="lead">
        {billing === 'prepaid' ? 'You pay for tokens' : 'Tokens are counted'}, at the price that held when the
        request began, to the micro-dollar. What fails on our side costs nothing.
      </p>
      <p>
        <a href="/models">The price of each model</a>
      </p>
      {coming.length > 0 && <Changes coming={coming} />}
      <section className="card" aria-labelledby="calculator">
        <h2 id="calculator">What would a month cost?</h2>
        {answer === null ? (
          <p>No model is offered at the moment, so there is nothing to calculate.</p>
        ) : (
          <Calculator models={models} use={use} answer={answer} />
        )}
      </section>
    </div>
  );
}

type Coming = Route.ComponentProps['loaderData']['coming'];

const Changes = ({ coming }: { coming: Coming }) => (
  <div className="stack">
    <h2 id="changes">Prices that change</h2>
    <p>A request that begins before the day is charged at the price of today.</p>
    <WideTable label="Prices that change">
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col">From (UTC)</th>
          <th scope="col">A million tokens in</th>
          <th scope="col">A million tokens out</th>
        </tr>
      </thead>
      <tbody>
        {coming.map(({ name, price, next }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <Moment iso={next.at} />
            </td>
            <td>
              {exactDollars(next.promptUsd)}{' '}
              <span className="quiet">(now {exactDollars(price.promptUsd)})</span>
            </td>
            <td>
              {exactDollars(next.completionUsd)}{' '}
              <span className="quiet">(now {exactDollars(price.completionUsd)})</span>
            </td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  </div>
);

interface Shown {
  readonly models: readonly string[];
  readonly use: Readonly<Record<Field, number>>;
  readonly answer: { readonly model: string; readonly input: number; readonly output: number };
}

function Calculator({ models, use, answer }: Shown) {
  return (
    <>
      <form className="form" method="get" action="/pricing#calculator">
        <div className="field">
          <label htmlFor="model">Model</label>
          <select id="model" name="model" defaultValue={answer.model}>
            {models.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </div>
        <NumberField name="requests" label="Requests a month" value={use.requests} />
        <NumberField name="input" label="Input tokens each" value={use.input} />
        <NumberField name="output" label="Output tokens each" value={use.output} />
        <button className="button" type="submit">
          Calculate
        </button>
      </form>
      <p role="status">
        {count(use.requests)} requests to <code>{answer.model}</code>: {dollars(answer.input)} for what you
        send, {dollars(answer.output)} for what comes back.{' '}
        <strong>{dollars(answer.input + answer.output)} a month.</strong>
      </p>
    </>
  );
}

function NumberField({ name, label, value }: { name: Field; label: string; value: number }) {
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <input id={name} name={name} type="number" min={0} max={LARGEST} defaultValue={value} required />
    </div>
  );
}
