/** Asks once more before a member is removed, without a script. */
import { data } from 'react-router';
import { FormPage, Problem } from '../../parts/form.tsx';
import { ask, carryOut, demandFresh, goOn, memberOf, signedIn } from '../../session.ts';
import type { Route } from './+types/member-remove.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  await memberOf(context, params.account, 'manage_members');
  const { members } = await ask(context, (console, caller) => console.members.list(caller, params.account));
  const member = members.find(({ person, isYou }) => person === params.member && !isYou);
  if (member === undefined) throw data(null, { status: 404 });
  demandFresh(request, context, who);
  return { name: member.name, email: member.email, account: `/console/${params.account}` };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async (_form, site) => {
    const { account, member } = args.params;
    await site.parts.console.members.remove(site.caller, account, member);
    return goOn(site, `/console/${account}/members`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Remove a member – Kept' }];

export default function RemoveMember({
  loaderData: { name, email, account },
  actionData,
}: Route.ComponentProps) {
  return (
    <FormPage title={`Remove ${name}?`} lead={`${email} sees this account no more, and hears of it by mail.`}>
      <Problem refused={actionData} />
      <p>
        Their playground here ends at once, and so do invitations that they sent. Keys are the account’s and
        go on: <a href={`${account}/keys`}>revoke those</a> whose secret they know.
      </p>
      <form method="post">
        <div className="actions">
          <button className="button bad" type="submit">
            Remove them
          </button>
          <a className="button second" href={`${account}/members`}>
            Keep them
          </a>
        </div>
      </form>
    </FormPage>
  );
}
