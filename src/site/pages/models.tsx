/** What can be called, at what price, and what becomes of what is sent (AUTO-3, INFER-2, INFER-3). */
import type { Recommendation } from '../../control/models/index.ts';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { EngineTerms, regionWords } from '../parts/engine-terms.tsx';
import { count, dollars } from '../parts/format.ts';
import { useIsPriced } from '../parts/priced.ts';
import { WideTable } from '../parts/wide-table.tsx';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/models.ts';

export async function loader({ context }: Route.LoaderArgs) {
  const { parts, caller, choices, asking } = context.get(siteContext);
  const { allowed } = await choices();
  const recommended = allowed.recommendations ? parts.recommendations.of(caller.cookies) : null;
  const shown = recommended === null ? [] : await parts.choices.shown(await asking());
  const version = shown.find(({ purpose }) => purpose === 'recommendations')?.version ?? 0;
  return { models: parts.models(), recommended, version, isPriced: parts.billing !== 'off' };
}

export const handle: PageHandle = { measured: 'models' };
export const meta = ({ loaderData }: Route.MetaArgs) =>
  about(
    'Models',
    `Models, ${loaderData?.isPriced === false ? '' : 'prices, '}context, and what their engines do with data.`,
  );

export default function Models({
  loaderData: { models, recommended, version, isPriced },
}: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Models</h1>
      <p className="lead">
        Each with {isPriced && 'its price, and with '}what the engine behind it does with your content.
      </p>
      {models.length === 0 ? <NoModels /> : <ModelTable models={models} />}
      {recommended !== null && <Recommended {...recommended} version={version} />}
      <p className="quiet">
        The same list for programs: <code>GET /v1/models</code>. A request can demand stricter terms or a
        region, and is refused rather than sent elsewhere.
      </p>
    </div>
  );
}

/** Why it is shown stands above it, and switching it off beside it. */
const Recommended = ({ because, models, version }: Recommendation & { version: number }) => (
  <section className="card" aria-labelledby="recommended">
    <h2 id="recommended" className="card-title">
      Because you looked at <code>{because}</code>
    </h2>
    <ul className="lines">
      {models.map(({ name, price, context }) => (
        <li key={name}>
          <a href={`/models/${name}`}>{name}</a>{' '}
          <span className="quiet">
            {price !== null && `${dollars(price.completionUsd)} a million tokens of output, `}
            {count(context)} tokens of context
          </span>
        </li>
      ))}
    </ul>
    <form method="post" action="/privacy/choices">
      <input type="hidden" name="next" value="/models" />
      <input type="hidden" name="recommendations_version" value={version} />
      <button className="plain-button" type="submit" name="recommendations" value="refused">
        Stop recommending
      </button>
    </form>
  </section>
);

const NoModels = () => (
  <p className="note warn" role="status">
    No engine offers a model at the moment. This page shows them as soon as one does.
  </p>
);

function ModelTable({ models }: Pick<Route.ComponentProps['loaderData'], 'models'>) {
  const isPriced = useIsPriced();
  return (
    <WideTable label="Models">
      <thead>
        <tr>
          <th scope="col">Model</th>
          {isPriced && (
            <>
              <th scope="col" className="number">
                Input, a million tokens
              </th>
              <th scope="col" className="number">
                Output, a million tokens
              </th>
            </>
          )}
          <th scope="col" className="number">
            Context, tokens
          </th>
          <th scope="col">Your content</th>
          <th scope="col">Computed by</th>
        </tr>
      </thead>
      <tbody>
        {models.map((model) => (
          <tr key={model.name}>
            <th scope="row">
              <a href={`/models/${model.name}`}>
                <code>{model.name}</code>
              </a>
            </th>
            {model.price !== null && (
              <>
                <td className="number">{dollars(model.price.promptUsd)}</td>
                <td className="number">{dollars(model.price.completionUsd)}</td>
              </>
            )}
            <td className="number">{count(model.context)}</td>
            <td>
              {model.engines.map((engine) => (
                <div key={engine.number}>
                  <EngineTerms engine={engine} />
                </div>
              ))}
            </td>
            <td>
              {model.engines.map((engine) => (
                <div key={engine.number}>{regionWords(engine)}</div>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}
