/** The register of breaches: how each stands. It says nothing of what happened. */
import { type ListedBreach, riskOf, standingOfBreach } from '../../parts/breach-words.ts';
import { Day, Moment } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/breaches.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, ({ parts, caller }) => parts.breaches.list(caller));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Breaches – Desk – Kept' }];

export default function Breaches({ loaderData: breaches }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Breaches</h1>
      <p className="lead">
        Whatever happened to personal data, also where nobody has to be told. The clocks begin when we become
        aware: enter it first, and what is known later.
      </p>
      <p className="actions">
        <a className="button" href="/desk/breaches/new">
          Enter a breach
        </a>
      </p>
      {breaches.length === 0 ? <p>The register is empty.</p> : <Register breaches={breaches} />}
    </div>
  );
}

const Register = ({ breaches }: { breaches: readonly ListedBreach[] }) => (
  <WideTable label="Breaches">
    <thead>
      <tr>
        <th scope="col">Aware</th>
        <th scope="col">How it stands</th>
        <th scope="col">Risk</th>
        <th scope="col">Next due (UTC)</th>
      </tr>
    </thead>
    <tbody>
      {breaches.map((each) => (
        <tr key={each.id}>
          <th scope="row">
            <a href={`/desk/breaches/${each.id}`}>
              <Day date={each.aware.slice(0, 10)} />
            </a>
          </th>
          <td>
            {standingOfBreach(each)}{' '}
            {each.isWaiting && each.closedAt === null && <span className="tag warn">second person</span>}
          </td>
          <td>{riskOf(each)}</td>
          <td>
            {each.nextDue === null || each.closedAt !== null ? 'nothing' : <Moment iso={each.nextDue} />}
          </td>
        </tr>
      ))}
    </tbody>
  </WideTable>
);
