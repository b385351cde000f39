/** The register of systems outside Kept: what they are, whom they may hold, who looks after each. */
import { count } from '../../parts/format.ts';
import { Day } from '../../parts/moment.tsx';
import { Owner } from '../../parts/outside-system.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/systems.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, ({ parts, caller }) => parts.outsideDesk.systems(caller));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Systems outside – Desk – Kept' }];

type Loaded = Route.ComponentProps['loaderData'];

export default function Systems({ loaderData }: Route.ComponentProps) {
  const { systems, mayChange } = loaderData;
  const ownerless = systems.filter(({ owner, retiredAt }) => owner === null && retiredAt === null).length;
  return (
    <div className="stack">
      <h1>Systems outside</h1>
      <p className="lead">
        Where your staff hold personal data besides here: a customer database, a shared inbox, a spreadsheet,
        paper. Each request about somebody’s data opens a task for those that may hold them.
      </p>
      {ownerless > 0 && (
        <p className="note warn">
          Nobody looks after {count(ownerless)} of them: whoever has the role privacy does their tasks.
        </p>
      )}
      {mayChange && (
        <p className="actions">
          <a className="button" href="/desk/systems/new">
            Register a system
          </a>
        </p>
      )}
      {systems.length === 0 ? (
        <p>None is registered: answers and receipts say nothing of any.</p>
      ) : (
        <List {...loaderData} />
      )}
      <p className="quiet">
        A system that is not here is one that nobody looks into. What is registered, changed or retired stands
        in the record.
      </p>
    </div>
  );
}

const List = ({ systems, lists }: Loaded) => (
  <WideTable label="Systems outside">
    <thead>
      <tr>
        <th scope="col">System</th>
        <th scope="col">What it is</th>
        <th scope="col">Whom it may hold</th>
        <th scope="col">Looked after by</th>
      </tr>
    </thead>
    <tbody>
      {systems.map((system) => (
        <tr key={system.id}>
          <th scope="row">
            <a href={`/desk/systems/${system.id}`}>{system.name}</a>
            {system.retiredAt !== null && (
              <>
                {' '}
                <span className="tag">
                  retired <Day date={system.retiredAt.slice(0, 10)} />
                </span>
              </>
            )}
          </th>
          <td>{lists.kinds[system.kind]}</td>
          <td>{system.holds.map((each) => lists.holds[each]).join('; ')}</td>
          <td>{system.retiredAt !== null && system.owner === null ? '–' : <Owner of={system.owner} />}</td>
        </tr>
      ))}
    </tbody>
  </WideTable>
);
