/** Where the console begins. */
import { siteContext } from '../../context.ts';
import { signedIn } from '../../session.ts';
import type { Route } from './+types/index.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const { name, ways } = await signedIn(request, context);
  return { name, ways, apiUrl: context.get(siteContext).parts.apiUrl };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Console – Kept' }];

export default function Console({ loaderData: { name, ways, apiUrl } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Hello, {name}</h1>
      <p className="lead">
        Your account is ready. Keys are made by the operator’s command for now; the API answers at{' '}
        <code>{apiUrl}/v1</code>.
      </p>
      <dl className="facts">
        <dt>Second factor</dt>
        <dd>{ways.secondFactor ? 'on' : 'off'}</dd>
        <dt>Passkeys</dt>
        <dd>{ways.passkeys}</dd>
      </dl>
      <div className="actions">
        <a className="button" href="/console/security">
          Sign-ins and security
        </a>
        <form method="post" action="/sign-out">
          <button className="button second" type="submit">
            Sign out
          </button>
        </form>
      </div>
    </div>
  );
}
