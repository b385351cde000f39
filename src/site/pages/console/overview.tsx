/** An account at a glance; for a newcomer, what to do first. */
import type { FirstStep } from '../../../control/console/index.ts';
import type { Standing } from '../../../control/standing.ts';
import { siteContext } from '../../context.ts';
import { CurlRequest } from '../../parts/curl-request.tsx';
import { count, microDollars } from '../../parts/format.ts';
import { ask, signedIn } from '../../session.ts';
import type { Route } from './+types/overview.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { name } = await signedIn(request, context);
  const overview = await ask(context, (console, caller) => console.overview(caller, params.account));
  const { apiUrl, models } = context.get(siteContext).parts;
  return { ...overview, name, place: `/console/${params.account}`, apiUrl, model: models()[0]?.name ?? null };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Console – Kept' }];

export default function Overview({ loaderData }: Route.ComponentProps) {
  const { name, steps, keys, standing, place, apiUrl, model } = loaderData;
  const isNew = steps.some(({ done }) => !done);
  return (
    <div className="stack">
      <h1>Hello, {name}</h1>
      {isNew && <FirstSteps steps={steps} place={place} />}
      <div className="columns">
        {standing !== null && <Stands standing={standing} place={place} />}
        <a className="card glance" href={`${place}/keys`}>
          <span className="quiet">Keys that work</span>
          <strong className="balance">{keys}</strong>
        </a>
      </div>
      <h2>Your client</h2>
      <p>
        Any OpenAI client works. Set its base URL to <code>{apiUrl}/v1/openai</code>, and a key of yours as
        its key.
        {model === null && ' No model is served at the moment: the engines are not up yet.'}
      </p>
      {model !== null && <CurlRequest apiUrl={apiUrl} model={model} />}
      <p>
        <a href="/docs">More of the first request</a>, in Node and Python too.
      </p>
    </div>
  );
}

const Stands = ({ standing, place }: { standing: Standing; place: string }) => (
  <a className="card glance" href={`${place}/${standing.is === 'tokens' ? 'usage' : 'credit'}`}>
    <span className="quiet">{standing.is === 'left' ? 'Credit left' : 'Used this month'}</span>
    <strong className="balance">
      {standing.is === 'tokens' ? `${count(standing.tokens)} tokens` : microDollars(standing.microUsd)}
    </strong>
  </a>
);

interface Words {
  readonly name: string;
  readonly why: string;
  readonly to: string;
}
const WORDS: Readonly<Record<FirstStep, (place: string) => Words>> = {
  credit: (place) => ({
    name: 'Have credit',
    why: 'Whoever runs this service adds it. Requests are paid from it as they end.',
    to: `${place}/credit`,
  }),
  key: (place) => ({
    name: 'Make a key',
    why: 'One for each program. It is shown once.',
    to: `${place}/keys/new`,
  }),
  request: (place) => ({
    name: 'Send a first request',
    why: 'From your program, or here in the playground.',
    to: `${place}/playground`,
  }),
  protect: () => ({
    name: 'Protect your sign-in',
    why: 'A passkey, or a code of an app besides your password.',
    to: '/console/security#passkeys',
  }),
};

const FirstSteps = ({
  steps,
  place,
}: {
  steps: readonly { readonly step: FirstStep; readonly done: boolean }[];
  place: string;
}) => (
  <section aria-labelledby="first-steps" className="card">
    <h2 id="first-steps" className="card-title">
      First steps
    </h2>
    <ol className="first-steps">
      {steps.map(({ step, done }) => {
        const { name, why, to } = WORDS[step](place);
        return (
          <li key={step} className={done ? 'done' : undefined}>
            <span className={done ? 'tag good' : 'tag'}>{done ? 'done' : 'to do'}</span>
            <div>
              {done ? <span>{name}</span> : <a href={to}>{name}</a>}
              {!done && <p className="quiet">{why}</p>}
            </div>
          </li>
        );
      })}
    </ol>
  </section>
);
