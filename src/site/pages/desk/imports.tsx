/** Lists of people that partners handed over. */
import { count } from '../../parts/format.ts';
import { IMPORT_STATE_WORDS } from '../../parts/import-words.ts';
import { Day } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/imports.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => ({ imports: await parts.importDesk.list(caller) }));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Imports – Desk – Kept' }];

export default function DeskImports({ loaderData: { imports } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Imports</h1>
      <p className="lead">People whom a partner names to us, each told so, and shown from whom and when.</p>
      <p>
        <a className="button" href="/desk/imports/new">
          Hand in a list
        </a>
      </p>
      {imports.length === 0 ? (
        <p>None so far.</p>
      ) : (
        <WideTable label="Lists of partners">
          <thead>
            <tr>
              <th scope="col">Partner</th>
              <th scope="col">Handed over on</th>
              <th scope="col">How it stands</th>
              <th scope="col">Rows</th>
              <th scope="col">People taken</th>
            </tr>
          </thead>
          <tbody>
            {imports.map(({ id, partner, receivedOn, state, rows, taken }) => (
              <tr key={id}>
                <th scope="row">
                  <a href={`/desk/imports/${id}`}>{partner}</a>
                </th>
                <td>
                  <Day date={receivedOn} />
                </td>
                <td>{IMPORT_STATE_WORDS[state]}</td>
                <td>{count(rows)}</td>
                <td>{count(taken)}</td>
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
    </div>
  );
}
