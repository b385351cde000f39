/** An account at a glance. */
import { siteContext } from '../../context.ts';
import { memberOf, signedIn } from '../../session.ts';
import type { Route } from './+types/overview.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { name } = await signedIn(request, context);
  await memberOf(context, params.account, 'see');
  return { name, account: params.account, apiUrl: context.get(siteContext).parts.apiUrl };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Console – Kept' }];

export default function Overview({ loaderData: { name, account, apiUrl } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Hello, {name}</h1>
      <p className="lead">
        Your account is ready. <a href={`/console/${account}/keys`}>Make a key</a>; the API answers at{' '}
        <code>{apiUrl}/v1</code>.
      </p>
    </div>
  );
}
