/** One model: its price where use has one, its limits, what its engines do with content, and a first request. */
import { data } from 'react-router';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { CurlRequest } from '../parts/curl-request.tsx';
import { EngineTerms, regionWords } from '../parts/engine-terms.tsx';
import { count, dollars } from '../parts/format.ts';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/model.ts';

export async function loader({ context, params }: Route.LoaderArgs) {
  const { parts, caller, choices, setCookies } = context.get(siteContext);
  const model = parts.models().find(({ name }) => name === params['*']);
  if (model === undefined) throw data(null, { status: 404 });
  // Only for who asked for recommendations, and in their browser alone (USE-6).
  if ((await choices()).allowed.recommendations)
    setCookies.push(parts.recommendations.saw(caller.cookies, model.name));
  return { model, apiUrl: parts.apiUrl };
}

export const handle: PageHandle = { measured: 'model' };
export const meta = ({ loaderData }: Route.MetaArgs) =>
  about(
    loaderData?.model.name ?? 'Model',
    `Its ${loaderData?.model.price == null ? '' : 'price, its '}context, and what its engines do with content.`,
  );

export default function Model({ loaderData: { model, apiUrl } }: Route.ComponentProps) {
  const { name, price, context, maxOutput, engines } = model;
  return (
    <div className="stack">
      <h1 className="model-name">{name}</h1>
      <dl className="facts">
        {price !== null && (
          <>
            <dt>Input</dt>
            <dd>{dollars(price.promptUsd)} a million tokens</dd>
            <dt>Output</dt>
            <dd>{dollars(price.completionUsd)} a million tokens</dd>
          </>
        )}
        <dt>Context</dt>
        <dd>
          {count(context)} tokens, of which {count(maxOutput)} at most are output
        </dd>
        <dt>Your content</dt>
        <dd>
          {engines.map((engine) => (
            <div key={engine.number}>
              <EngineTerms engine={engine} /> <span className="quiet">{regionWords(engine)}</span>
            </div>
          ))}
        </dd>
      </dl>
      {model.kind === 'chat' && <CurlRequest apiUrl={apiUrl} model={name} />}
      <p>
        <a href="/models">All models</a>
      </p>
    </div>
  );
}
