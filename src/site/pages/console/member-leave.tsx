/** Leaving an account by oneself. */
import { FormPage, Problem } from '../../parts/form.tsx';
import { ask, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/member-leave.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  const { members } = await ask(context, (console, caller) => console.members.list(caller, params.account));
  demandFresh(request, context, who);
  const owners = members.filter(({ role }) => role === 'owner');
  return {
    isLastOwner: owners.length === 1 && owners[0]?.isYou === true,
    isAlone: members.length === 1,
    place: `/console/${params.account}/members`,
  };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async (_form, site) => {
    await site.parts.console.members.leave(site.caller, args.params.account);
    return goOn(site, '/console');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Leave this account – Kept' }];

export default function Leave({ loaderData, actionData }: Route.ComponentProps) {
  const { isLastOwner, isAlone, place } = loaderData;
  if (isLastOwner)
    return (
      <FormPage title="You are its only owner" lead="An account always has an owner, so you cannot leave it.">
        <Problem refused={actionData} />
        {isAlone ? (
          <p>
            Nobody else belongs to it. It ends when you <a href="/console/profile/delete">delete</a> your
            account.
          </p>
        ) : (
          <p>
            <a href={place}>Make another member an owner</a> first. Or{' '}
            <a href="/console/profile/delete">delete your account</a>: there you say who takes over.
          </p>
        )}
      </FormPage>
    );
  return (
    <FormPage
      title="Leave this account?"
      lead="You see its pages no more, and your playground in it ends. Its owners hear of it by mail."
    >
      <Problem refused={actionData} />
      <p>Your sign-in and your other accounts stay. To come back you need an invitation.</p>
      <form method="post">
        <div className="actions">
          <button className="button bad" type="submit">
            Leave it
          </button>
          <a className="button second" href={place}>
            Stay
          </a>
        </div>
      </form>
    </FormPage>
  );
}
