/** The keys of an account: what each may do, when it was last used, and a way to make and to revoke one. */
import type { ShownKey } from '../../../control/keys/index.ts';
import { count, dayOf, microDollars, momentOf } from '../../parts/format.ts';
import { WideTable } from '../../parts/wide-table.tsx';
import { ask, signedIn } from '../../session.ts';
import type { Route } from './+types/keys.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const { keys, playground, mayManage } = await ask(context, (console, caller) =>
    console.keys.list(caller, params.account),
  );
  const now = new Date().toISOString();
  const ended = (key: ShownKey) => key.expires_at !== null && key.expires_at <= now;
  return {
    place: `/console/${params.account}/keys`,
    mayManage,
    playground: playground.filter((key) => !ended(key)).length,
    active: keys.filter((key) => key.state === 'active').map((key) => ({ ...key, ended: ended(key) })),
    revoked: keys.filter((key) => key.state === 'revoked'),
  };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Keys – Kept' }];

export default function Keys({
  loaderData: { place, mayManage, playground, active, revoked },
}: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Keys</h1>
      {active.length === 0 ? (
        <p className="lead">
          {mayManage
            ? 'A program shows a key with each request. Make one for each program, so that you can revoke it alone.'
            : 'There is no key yet. Owners and developers of this account can make one.'}
        </p>
      ) : (
        <WideTable label="Keys">
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">May</th>
              <th scope="col">Last used</th>
              <th scope="col">Ends</th>
              {mayManage && (
                <th scope="col">
                  <span className="unseen">Revoke it</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {active.map((key) => (
              <tr key={key.id}>
                <th scope="row">
                  <Name of={key} /> {key.ended && <span className="tag warn">ended</span>}
                </th>
                <td>
                  <Limits of={key} />
                </td>
                <td>{key.last_used_on === null ? 'never' : dayOf(key.last_used_on)}</td>
                <td>{key.expires_at === null ? 'not by itself' : endOf(key.expires_at)}</td>
                {mayManage && (
                  <td>
                    <a href={`${place}/${key.id}/revoke`} aria-label={`Revoke ${key.name ?? key.id}`}>
                      Revoke
                    </a>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
      {mayManage && (
        <p>
          <a className="button" href={`${place}/new`}>
            Make a key
          </a>
        </p>
      )}
      {revoked.length > 0 && <Revoked keys={revoked} />}
      {playground > 0 && (
        <p className="aside">
          Open playgrounds: {count(playground)}. Each asks with a key of its own, which ends within five
          minutes and is none of these.
        </p>
      )}
      <p className="aside">
        Of a key’s use the day is noted, nothing finer. Its secret is not kept: only a hash of it, under a
        secret that lies elsewhere.
      </p>
    </div>
  );
}

const Name = ({ of: { id, name } }: { of: ShownKey }) => (
  <>
    {name ?? 'without a name'}
    <br />
    <code className="quiet">{id.slice(0, 12)}…</code>
  </>
);

function Limits({ of: { limits, models, networks } }: { of: ShownKey }) {
  const lines = [
    models === null ? 'all models' : models.join(', '),
    limits.rpm !== null && `${count(limits.rpm)} requests a minute`,
    limits.tpm !== null && `${count(limits.tpm)} tokens a minute`,
    limits.concurrency !== null && `${count(limits.concurrency)} requests at once`,
    limits.budget_day_microusd !== null && `${microDollars(limits.budget_day_microusd)} a day`,
    limits.budget_month_microusd !== null && `${microDollars(limits.budget_month_microusd)} a month`,
    limits.budget_day_tokens !== null && `${count(limits.budget_day_tokens)} tokens a day`,
    limits.budget_month_tokens !== null && `${count(limits.budget_month_tokens)} tokens a month`,
    networks !== null && `only from ${networks.join(', ')}`,
  ].filter((line) => line !== false);
  return (
    <ul className="lines">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

const Revoked = ({ keys }: { keys: readonly ShownKey[] }) => (
  <details>
    <summary>Revoked keys ({keys.length})</summary>
    <WideTable label="Revoked keys">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Revoked</th>
          <th scope="col">Last used</th>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.id}>
            <th scope="row">
              <Name of={key} />
            </th>
            <td>{key.revoked_at === null ? '' : dayOf(key.revoked_at.slice(0, 10))}</td>
            <td>{key.last_used_on === null ? 'never' : dayOf(key.last_used_on)}</td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  </details>
);

/** A key that ends at midnight works through the day before. */
function endOf(iso: string): string {
  if (!iso.endsWith('T00:00:00.000Z')) return `${momentOf(iso)} UTC`;
  return `after ${dayOf(new Date(Date.parse(iso) - 1).toISOString().slice(0, 10))}`;
}
