/** The log of requests: ids and numbers, which is all that is kept of one. */
import { count, microDollars } from '../../parts/format.ts';
import { Moment } from '../../parts/moment.tsx';
import { useIsPriced } from '../../parts/priced.ts';
import { WideTable } from '../../parts/wide-table.tsx';
import { ask, signedIn } from '../../session.ts';
import type { Route } from './+types/requests.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const after = new URL(request.url).searchParams.get('after');
  const { requests, next } = await ask(context, (console, caller) =>
    console.usage.requests(caller, params.account, after),
  );
  return { requests, next, isFirst: after === null, place: `/console/${params.account}` };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Requests – Kept' }];

const ENDINGS: Readonly<Record<string, string>> = {
  complete: 'complete',
  length: 'at its limit',
  client_left: 'client left',
  engine_lost: 'engine lost',
  timeout: 'timed out',
};

export default function Requests({ loaderData: { requests, next, isFirst, place } }: Route.ComponentProps) {
  const isPriced = useIsPriced();
  return (
    <div className="stack">
      <h1>Requests</h1>
      <p className="quiet">
        Ids and numbers: this is everything that is kept of a request, for 400 days. What was asked and
        answered is in no log. Times are UTC.
      </p>
      {requests.length === 0 ? (
        <p className="lead">
          {isFirst ? 'No request yet.' : 'There are no older requests.'} <a href={place}>How to send one</a>
        </p>
      ) : (
        <WideTable label="Requests">
          <thead>
            <tr>
              <th scope="col">Started</th>
              <th scope="col">Model</th>
              <th scope="col" className="number">
                Tokens in, out
              </th>
              <th scope="col" className="number">
                Took
              </th>
              {isPriced && (
                <th scope="col" className="number">
                  Cost
                </th>
              )}
              <th scope="col">Ended</th>
              <th scope="col">Request and key</th>
            </tr>
          </thead>
          <tbody>
            {requests.map((each) => (
              <tr key={each.id}>
                <th scope="row">{each.started_at !== null && <Moment iso={each.started_at} />}</th>
                <td>{each.model}</td>
                <td className="number">
                  {count(each.prompt_tokens)}, {count(each.completion_tokens)}
                  {each.estimated && ' (estimated)'}
                </td>
                <td className="number">{count(each.duration_ms)} ms</td>
                {isPriced && <td className="number">{microDollars(each.price_microusd)}</td>}
                <td>{ENDINGS[each.ending ?? ''] ?? each.ending}</td>
                <td>
                  <code className="quiet">
                    {each.id}
                    <br />
                    {each.key}
                  </code>
                </td>
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
      <p className="actions">
        {!isFirst && <a href={`${place}/requests`}>The newest</a>}
        {next !== null && <a href={`?after=${next}`}>Older requests</a>}
      </p>
    </div>
  );
}
