/** The console's address: leads to the account of somebody who has one, or says that there is none. */
import { redirect } from 'react-router';
import { siteContext } from '../../context.ts';
import { signedIn } from '../../session.ts';
import type { Route } from './+types/index.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  const [first] = await context.get(siteContext).parts.console.accountsOf(who);
  if (first !== undefined) throw redirect(`/console/${first.id}`);
  return { name: who.name };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Console – Kept' }];

export default function Console({ loaderData: { name } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Hello, {name}</h1>
      <p className="lead">
        You belong to no account at the moment. Whoever runs one can take you in, by the address that you sign
        in with.
      </p>
    </div>
  );
}
