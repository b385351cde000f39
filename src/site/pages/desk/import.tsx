/** A partner's list: its columns named, who would be taken over and who not, confirmed or thrown away. */
import { Problem } from '../../parts/form.tsx';
import { count } from '../../parts/format.ts';
import { GROUND_NAMES, IMPORT_STATE_WORDS, REFUSAL_WORDS } from '../../parts/import-words.ts';
import { Day } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/import.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  await answered(context, ({ parts, caller }) => parts.importDesk.list(caller));
  demandFresh(request, context, who);
  return answered(context, ({ parts, caller }) => parts.importDesk.import(caller, params.import));
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['email', 'name', 'note'], async ({ do: what, sure, email, name, note }, site) => {
    const { importDesk } = site.parts;
    const { import: id } = args.params;
    if (what === 'cancel') {
      await importDesk.cancel(site.caller, id);
      return goOn(site, '/desk/imports');
    }
    if (what === 'confirm') await importDesk.confirm(site.caller, id, { sure });
    else await importDesk.nameColumns(site.caller, id, { email, name, note });
    return goOn(site, `/desk/imports/${id}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'A list – Desk – Kept' }];

type Loaded = Route.ComponentProps['loaderData'];

export default function DeskImport({ loaderData, actionData }: Route.ComponentProps) {
  const { partner, receivedOn, ground, state, rows, preview, taken, refused, until } = loaderData;
  const isOpen = state === 'uploaded' || state === 'ready';
  return (
    <div className="stack">
      <h1 className="breaks">{partner}</h1>
      <dl className="facts">
        <dt>Handed over on</dt>
        <dd>
          <Day date={receivedOn} />
        </dd>
        <dt>Legal ground</dt>
        <dd>{GROUND_NAMES[ground]}</dd>
        <dt>Rows</dt>
        <dd>{count(rows)}</dd>
        <dt>How it stands</dt>
        <dd>{IMPORT_STATE_WORDS[state]}</dd>
        <dt>Goes</dt>
        <dd>
          <Day date={until.slice(0, 10)} />
        </dd>
      </dl>
      <Problem refused={actionData} />
      {isOpen && <Columns of={loaderData} entered={actionData?.entered} />}
      {preview !== null && <Preview of={preview} />}
      {preview !== null && preview.taken > 0 && <Confirm people={preview.taken} partner={partner} />}
      {!isOpen && (
        <section className="stack">
          <h2>{count(taken)} people taken over</h2>
          {state === 'running' && <p>It goes on by itself. Load the page again to see how far it is.</p>}
          {refused !== null && <Refused refused={refused} />}
        </section>
      )}
      {(isOpen || state === 'running') && (
        <form method="post">
          <button className="button second" type="submit" name="do" value="cancel">
            {isOpen ? 'Throw the list away' : 'Stop it here'}
          </button>
        </form>
      )}
      <p>
        <a href="/desk/imports">All lists</a>
      </p>
    </div>
  );
}

const COLUMNS = [
  { name: 'email', label: 'E-mail address', isNeeded: true },
  { name: 'name', label: 'Name', isNeeded: false },
  { name: 'note', label: 'Note', isNeeded: false },
] as const;

interface ColumnsProps {
  readonly of: Loaded;
  readonly entered: Readonly<Record<string, string>> | undefined;
}

const Columns = ({ of: { heads, first, columns }, entered }: ColumnsProps) => (
  <section className="stack">
    <h2>Columns</h2>
    <WideTable label="The first rows of the list">
      <thead>
        <tr>
          {heads.map((head, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: columns have a place and nothing else that is theirs alone
            <th scope="col" key={at}>
              {head || `Column ${at + 1}`}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {first.map((cells, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: so do rows
          <tr key={row}>
            {cells.map((cell, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: and cells
              <td key={at} className="breaks">
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </WideTable>
    <div className="form-page">
      <form method="post">
        {COLUMNS.map(({ name, label, isNeeded }) => (
          <div className="field" key={name}>
            <label htmlFor={name}>{label}</label>
            <select
              id={name}
              name={name}
              defaultValue={entered?.[name] ?? columns?.[name] ?? ''}
              required={isNeeded}
            >
              <option value="">{isNeeded ? 'Choose one' : 'None'}</option>
              {heads.map((head, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: as above
                <option key={at} value={at}>
                  {head || `Column ${at + 1}`}
                </option>
              ))}
            </select>
          </div>
        ))}
        <button className="button second" type="submit" name="do" value="columns">
          See who would be taken over
        </button>
      </form>
    </div>
    <p className="help">Columns that you do not choose are not taken.</p>
  </section>
);

const Preview = ({ of }: { readonly of: NonNullable<Loaded['preview']> }) => (
  <section className="stack">
    <h2>
      {count(of.taken)} {of.taken === 1 ? 'person' : 'people'} would be taken over
    </h2>
    {of.sample.length > 0 && (
      <WideTable label="The first of them">
        <thead>
          <tr>
            <th scope="col">E-mail address</th>
            <th scope="col">Name</th>
            <th scope="col">Note</th>
          </tr>
        </thead>
        <tbody>
          {of.sample.map(({ email, name, note }) => (
            <tr key={email}>
              <th scope="row">{email}</th>
              <td>{name ?? 'none'}</td>
              <td className="breaks">{note ?? 'none'}</td>
            </tr>
          ))}
        </tbody>
      </WideTable>
    )}
    <Refused refused={of.refused} />
    {of.refusedRows.length > 0 && (
      <details>
        <summary>Which rows</summary>
        <ul>
          {of.refusedRows.map(({ row, why }) => (
            <li key={row}>
              Row {count(row)}: {REFUSAL_WORDS[why]}
            </li>
          ))}
        </ul>
        <p className="help">The first fifty. The heads of the columns are row 1.</p>
      </details>
    )}
  </section>
);

const Refused = ({ refused }: { readonly refused: Loaded['refused'] }) => {
  const reasons = Object.entries(refused ?? {}) as [keyof typeof REFUSAL_WORDS, number][];
  return reasons.length === 0 ? (
    <p>No row is left out.</p>
  ) : (
    <>
      <p>Left out:</p>
      <ul>
        {reasons.map(([why, rows]) => (
          <li key={why}>
            {count(rows)}: {REFUSAL_WORDS[why]}
          </li>
        ))}
      </ul>
    </>
  );
};

const Confirm = ({ people, partner }: { readonly people: number; readonly partner: string }) => (
  <section className="form-page stack">
    <h2>Confirm it</h2>
    <form method="post">
      <p>
        Each of them gets a letter that says that {partner} named them to us, on which ground, and how they
        can see it, object, and have it deleted. No promotional mail goes to them: that takes their own yes.
      </p>
      <label className="box-line">
        <input type="checkbox" name="sure" value="yes" required />
        <span>The ground holds for everybody on the list, and I have looked at who would be taken over.</span>
      </label>
      <button className="button" type="submit" name="do" value="confirm">
        Take over {count(people)} {people === 1 ? 'person' : 'people'}
      </button>
    </form>
  </section>
);
