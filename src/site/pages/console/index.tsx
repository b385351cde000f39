/** The console's address: leads to the account of somebody who has one, lets choose who has several, or says that there is none. */
import { redirect } from 'react-router';
import { siteContext } from '../../context.ts';
import { useRoles } from '../../parts/roles.tsx';
import { signedIn } from '../../session.ts';
import type { Route } from './+types/index.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  const accounts = await context.get(siteContext).parts.console.accountsOf(who);
  const [first, another] = accounts;
  if (first !== undefined && another === undefined) throw redirect(`/console/${first.id}`);
  return { name: who.name, accounts };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Console – Kept' }];

export default function Console({ loaderData: { name, accounts } }: Route.ComponentProps) {
  const roles = useRoles();
  return (
    <div className="stack">
      <h1>Hello, {name}</h1>
      {accounts.length === 0 ? (
        <p className="lead">
          You belong to no account at the moment. An owner of one can invite you, by the address that you sign
          in with.
        </p>
      ) : (
        <>
          <p className="lead">You belong to {accounts.length} accounts. Which one is it?</p>
          <ul className="columns lines">
            {accounts.map((account) => (
              <li className="card" key={account.id}>
                <p className="card-title breaks">
                  <a href={`/console/${account.id}`}>{account.name}</a>
                </p>
                <p className="quiet">{roles[account.role].name}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
