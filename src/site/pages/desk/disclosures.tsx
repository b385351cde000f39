/** Demands for data: those that are open, or those that are answered. It names nobody. */
import { type ListedCase, standingOfCase, titled } from '../../parts/disclosure-words.ts';
import { Day } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/disclosures.ts';

export const loader = ({ context, request }: Route.LoaderArgs) =>
  answered(context, ({ parts, caller }) =>
    parts.disclosures.desk.list(caller, new URL(request.url).searchParams.has('all')),
  );

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Disclosures – Desk – Kept' }];

export default function Disclosures({ loaderData: { cases, all } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>{all ? 'Answered demands' : 'Demands for data'}</h1>
      <p className="lead">
        What courts, authorities and others demand. One prepares a case, another approves it; nothing is
        handed over before.
      </p>
      <p className="actions">
        <a className="button" href="/desk/disclosures/new">
          Enter a demand
        </a>
        <a className="button second" href={all ? '/desk/disclosures' : '/desk/disclosures?all'}>
          {all ? 'Open ones' : 'Answered ones'}
        </a>
      </p>
      {cases.length === 0 ? (
        <p>{all ? 'None was answered.' : 'None is open.'}</p>
      ) : (
        <Cases cases={cases} all={all} />
      )}
    </div>
  );
}

const Cases = ({ cases, all }: { cases: readonly ListedCase[]; all: boolean }) => (
  <WideTable label={all ? 'Answered demands' : 'Open demands'}>
    <thead>
      <tr>
        <th scope="col">Came</th>
        <th scope="col">What</th>
        <th scope="col">How it stands</th>
        <th scope="col">{all ? 'Answered' : 'Answer by'}</th>
      </tr>
    </thead>
    <tbody>
      {cases.map((each) => (
        <tr key={each.id}>
          <th scope="row">
            <Day date={each.openedAt.slice(0, 10)} />
          </th>
          <td>
            <a href={`/desk/disclosures/${each.id}`}>{titled(each.words)}</a>{' '}
            {each.isGagged && <span className="tag warn">silence</span>}
          </td>
          <td>{standingOfCase(each)}</td>
          <td>
            <When date={all ? each.closedAt : each.dueAt} />
          </td>
        </tr>
      ))}
    </tbody>
  </WideTable>
);

const When = ({ date }: { date: string | null }) =>
  date === null ? 'no day' : <Day date={date.slice(0, 10)} />;
