/** The promises, one by one, and what can be seen of them today: what no program checks yet is said to be so. */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { count } from '../parts/format.ts';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/promises.ts';

export async function loader({ context }: Route.LoaderArgs) {
  const { clauses, health, record, engines } = context.get(siteContext).parts;
  return {
    topics: Object.entries(Object.groupBy(clauses, ({ topic }) => topic)).map(([topic, of = []]) => ({
      topic,
      of,
    })),
    total: clauses.length,
    gateways: (await health()).gateways,
    record: record().size,
    strict: engines.filter(({ retentionDays, trains }) => retentionDays === 0 && !trains).length,
    engines: engines.length,
  };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const handle: PageHandle = { measured: 'promises' };
export const meta: Route.MetaFunction = () =>
  about('Promises', 'The privacy policy sentence by sentence, with what stands behind each.');

export default function Promises({ loaderData: shown }: Route.ComponentProps) {
  return (
    <div className="prose">
      <h1>{count(shown.total)} promises</h1>
      <p className="lead">
        Each sentence of the policy that says what we do. No program checks them one by one yet, so none is
        shown as kept.
      </p>
      <h2 id="today">What can be seen today</h2>
      <ul>
        <li>
          {count(shown.gateways)} {shown.gateways === 1 ? 'gateway is' : 'gateways are'} connected. A gateway
          without its walls does not serve unless the operator allowed it, and then the record says so.
        </li>
        <li>
          {count(shown.strict)} of {count(shown.engines)} engines are declared to keep nothing and not to
          train on content: <a href="/docs/data">engine by engine</a>.
        </li>
        <li>
          The record that cannot be altered has {count(shown.record)} published entries.{' '}
          <a href="/record/checkpoint">Its newest checkpoint</a> can be checked with the tools of others.
        </li>
      </ul>
      {shown.topics.map(({ topic, of }) => (
        <section key={topic}>
          <h2>{topic}</h2>
          <ul>
            {of.map(({ id, promise }) => (
              <li key={id} id={id} className="statement">
                <a className="mark" href={`/privacy#${id}`}>
                  {id}
                </a>
                {promise}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
