/** Whether it works now, as this instance sees itself. */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { count } from '../parts/format.ts';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/status.ts';

export async function loader({ context }: Route.LoaderArgs) {
  const { health, models, record } = context.get(siteContext).parts;
  return { health: await health(), models: models().length, record: record().size };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const handle: PageHandle = { measured: 'status' };
export const meta: Route.MetaFunction = () =>
  about('Status', 'Whether the service answers now, part by part.');

export default function Status({ loaderData: { health, models, record } }: Route.ComponentProps) {
  const works = health.database && health.link && health.gateways > 0 && models > 0;
  return (
    <div className="stack">
      <h1>{works ? 'Everything works' : 'Something does not work'}</h1>
      <dl className="facts">
        <dt>API</dt>
        <dd>
          <State good={health.gateways > 0}>
            {health.gateways === 0
              ? 'no gateway is connected'
              : `${count(health.gateways)} gateway${health.gateways === 1 ? '' : 's'} connected`}
          </State>
        </dd>
        <dt>Models</dt>
        <dd>
          <State good={models > 0}>{models === 0 ? 'none is offered' : `${count(models)} offered`}</State>
        </dd>
        <dt>Database</dt>
        <dd>
          <State good={health.database}>{health.database ? 'answers' : 'does not answer'}</State>
        </dd>
        <dt>Record</dt>
        <dd>
          {count(record)} entries published, <a href="/record/checkpoint">newest checkpoint</a>
        </dd>
      </dl>
      <p className="quiet">
        For programs: <code>/healthz</code> and <code>/readyz</code>.
      </p>
    </div>
  );
}

const State = ({ good, children }: { good: boolean; children: React.ReactNode }) => (
  <span className={good ? 'tag good' : 'tag bad'}>{children}</span>
);
