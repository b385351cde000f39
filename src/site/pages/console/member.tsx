/** One member of an account: another role, or the way to their removal. */
import { data } from 'react-router';
import { FormPage, Problem } from '../../parts/form.tsx';
import { RoleFields } from '../../parts/roles.tsx';
import { ask, carryOut, demandFresh, goOn, memberOf, signedIn } from '../../session.ts';
import type { Route } from './+types/member.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  await memberOf(context, params.account, 'manage_members');
  const { members } = await ask(context, (console, caller) => console.members.list(caller, params.account));
  const member = members.find(({ person }) => person === params.member);
  if (member === undefined) throw data(null, { status: 404 });
  demandFresh(request, context, who);
  return { member, place: `/console/${params.account}/members` };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['role'], async (form, site) => {
    const { account, member } = args.params;
    await site.parts.console.members.changeRole(site.caller, account, member, form);
    return goOn(site, `/console/${account}/members`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'A member – Kept' }];

export default function Member({ loaderData: { member, place }, actionData }: Route.ComponentProps) {
  const { person, name, email, role, isYou } = member;
  return (
    <FormPage title={name} lead={email}>
      <Problem refused={actionData} />
      <form method="post">
        <RoleFields chosen={actionData?.entered.role || role} />
        <div className="actions">
          <button className="button" type="submit">
            Change the role
          </button>
          <a className="button second" href={place}>
            Leave it as it is
          </a>
        </div>
      </form>
      <p className="aside">
        {isYou
          ? 'Whoever is an owner no more cannot make themselves one again: another owner does that.'
          : 'They hear of it by mail. What a role no longer allows ends at once.'}
      </p>
      <p>
        <a href={isYou ? `${place}/leave` : `${place}/${person}/remove`}>
          {isYou ? 'Leave this account' : `Remove ${name} from this account`}
        </a>
      </p>
    </FormPage>
  );
}
