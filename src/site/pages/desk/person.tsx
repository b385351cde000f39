/**
 * A look at everything that is held about a person: a reason first. What was opened is shown in the answer to the form
 * and stands at no address, so that going back or reloading opens nothing without a reason.
 */
import { data } from 'react-router';
import { Field, Problem } from '../../parts/form.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered, carryOut, demandFresh, signedIn } from '../../session.ts';
import type { Route } from './+types/person.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  const { may } = await answered(context, ({ parts, caller }) => parts.desk.staff(caller));
  if (!may.look) throw data(null, { status: 403 });
  demandFresh(request, context, who);
  return null;
}

export async function action(args: Route.ActionArgs) {
  return carryOut(args, ['reason'], async ({ reason }, site) => ({
    tables: (await site.parts.desk.look(site.caller, args.params.account, { reason })).tables,
  }));
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'A person’s data – Desk – Kept' }];

export default function Person({ params, actionData }: Route.ComponentProps) {
  if (actionData !== undefined && 'tables' in actionData) return <Tables tables={actionData.tables} />;
  return (
    <div className="form-page stack">
      <h1>Look at the person’s data</h1>
      <p className="lead">
        Your name, the time and your reason go into the record before anything is opened, and the person reads
        them.
      </p>
      <Problem refused={actionData} />
      <form method="post">
        <Field
          name="reason"
          label="Reason"
          defaultValue={actionData?.entered.reason}
          maxLength={500}
          required
          help="Like: asked by mail on 3 March why a key does not work."
        />
        <button className="button" type="submit">
          Open it
        </button>
      </form>
      <p>
        <a href={`/desk/${params.account}`}>Back to the account</a>
      </p>
    </div>
  );
}

interface ShownTable {
  readonly table: string;
  readonly about: string;
  readonly rows: number;
  readonly shown: number;
  readonly items: readonly ShownItem[];
}

interface ShownItem {
  /** `table/row/column`. */
  readonly item: string;
  readonly label: string;
  readonly value: unknown;
  readonly shown: string;
  readonly until: string;
}

const rowOf = ({ item }: ShownItem): string => item.slice(0, item.lastIndexOf('/'));

function Tables({ tables }: { tables: readonly ShownTable[] }) {
  return (
    <div className="stack">
      <h1>What is held about them</h1>
      {tables.map(({ table, about, rows, shown, items }) => (
        <section key={table} className="stack">
          <h2>{about}</h2>
          {shown < rows && (
            <p className="quiet">
              The first {shown} of {rows} rows.
            </p>
          )}
          <WideTable label={about}>
            <thead>
              <tr>
                <th scope="col">Item</th>
                <th scope="col">Value</th>
                <th scope="col">Until</th>
              </tr>
            </thead>
            {[...Map.groupBy(items, rowOf).values()].map((row, at) => (
              <Row key={row[0]?.item} items={row} name={shown > 1 ? `${at + 1} of ${shown}` : null} />
            ))}
          </WideTable>
        </section>
      ))}
    </div>
  );
}

/** The items of one row belong together. `name`: null where it is the only one. */
const Row = ({ items, name }: { items: readonly ShownItem[]; name: string | null }) => (
  <tbody>
    {name !== null && (
      <tr className="row-name">
        <th scope="rowgroup" colSpan={3}>
          {name}
        </th>
      </tr>
    )}
    {items.map((item) => (
      <tr key={item.item}>
        <th scope="row">{item.label}</th>
        <td>{item.shown === 'yes' ? String(item.value ?? '–') : `(${item.shown})`}</td>
        <td>{item.until}</td>
      </tr>
    ))}
  </tbody>
);
