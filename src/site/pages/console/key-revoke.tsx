/** Asks once more before a key is revoked, without a script. */
import { data } from 'react-router';
import { FormPage, Problem } from '../../parts/form.tsx';
import { dayOf } from '../../parts/format.ts';
import { ask, carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/key-revoke.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const { keys, mayManage } = await ask(context, (console, caller) =>
    console.keys.list(caller, params.account),
  );
  const key = keys.find(({ id }) => id === params.key);
  if (key === undefined || !mayManage) throw data(null, { status: 404 });
  return { key, place: `/console/${params.account}/keys` };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async (_form, site) => {
    const { account, key } = args.params;
    await site.parts.console.keys.revoke(site.caller, account, key);
    return goOn(site, `/console/${account}/keys`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Revoke a key – Kept' }];

export default function RevokeKey({ loaderData: { key, place }, actionData }: Route.ComponentProps) {
  const name = key.name ?? key.id;
  if (key.state === 'revoked')
    return (
      <FormPage title="It is revoked" lead={`“${name}” works no more.`}>
        <p>
          <a href={place}>To the keys</a>
        </p>
      </FormPage>
    );
  return (
    <FormPage
      title={`Revoke “${name}”?`}
      lead="Programs that use it are refused within a second, for good. It cannot be taken back."
    >
      <Problem refused={actionData} />
      <p>
        {key.last_used_on === null
          ? 'It was never used.'
          : `It was last used on ${dayOf(key.last_used_on)} (UTC).`}
      </p>
      <form method="post">
        <div className="actions">
          <button className="button bad" type="submit">
            Revoke it
          </button>
          <a className="button second" href={place}>
            Keep it
          </a>
        </div>
      </form>
    </FormPage>
  );
}
