/** What can be called, at what price, and what becomes of what is sent (AUTO-3, INFER-2, INFER-3). */
import { siteContext } from '../context.ts';
import { EngineTerms, regionWords } from '../parts/engine-terms.tsx';
import { count, dollars } from '../parts/format.ts';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/models.ts';

export function loader({ context }: Route.LoaderArgs) {
  return { models: context.get(siteContext).parts.models() };
}

export const handle: PageHandle = { measured: 'models' };
export const meta: Route.MetaFunction = () => [
  { title: 'Models – Kept' },
  { name: 'description', content: 'Models, prices, context, and what their engines do with data.' },
];

export default function Models({ loaderData: { models } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Models</h1>
      <p className="lead">Each with its price, and with what the engine behind it does with your content.</p>
      {models.length === 0 ? <NoModels /> : <ModelTable models={models} />}
      <p className="quiet">
        The same list for programs: <code>GET /v1/models</code>. A request can demand stricter terms or a
        region, and is refused rather than sent elsewhere.
      </p>
    </div>
  );
}

const NoModels = () => (
  <p className="note warn" role="status">
    No engine offers a model at the moment. This page shows them as soon as one does.
  </p>
);

function ModelTable({ models }: Route.ComponentProps['loaderData']) {
  return (
    <div className="table">
      <table>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" className="number">
              Input, a million tokens
            </th>
            <th scope="col" className="number">
              Output, a million tokens
            </th>
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
                <code>{model.name}</code>
              </th>
              <td className="number">{dollars(model.promptUsd)}</td>
              <td className="number">{dollars(model.completionUsd)}</td>
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
      </table>
    </div>
  );
}
