/** Inviting somebody into an account, by address and role. */
import { siteContext } from '../../context.ts';
import { Field, FormPage, Problem } from '../../parts/form.tsx';
import { count } from '../../parts/format.ts';
import { RoleFields } from '../../parts/roles.tsx';
import { carryOut, demandFresh, goOn, memberOf, signedIn } from '../../session.ts';
import type { Route } from './+types/member-invite.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  await memberOf(context, params.account, 'manage_members');
  demandFresh(request, context, who);
  return {
    days: context.get(siteContext).parts.console.members.invitationDays,
    place: `/console/${params.account}/members`,
  };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['email', 'role'], async (form, site) => {
    const { account } = args.params;
    await site.parts.console.members.invite(site.caller, account, form);
    return goOn(site, `/console/${account}/members?sent`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Invite somebody – Kept' }];

export default function Invite({ loaderData: { days, place }, actionData }: Route.ComponentProps) {
  return (
    <FormPage
      title="Invite somebody"
      lead={`They get a link by mail, which works once, for ${count(days)} days. Your address stands in the mail, so that they know who asks.`}
    >
      <Problem refused={actionData} />
      <form method="post">
        <Field
          name="email"
          label="E-mail address"
          type="email"
          autoComplete="off"
          defaultValue={actionData?.entered.email}
          required
          help="Only whoever signs in with this address can accept. It is kept as long as the invitation."
        />
        <RoleFields chosen={actionData?.entered.role} />
        <div className="actions">
          <button className="button" type="submit">
            Send the invitation
          </button>
          <a className="button second" href={place}>
            Rather not
          </a>
        </div>
      </form>
    </FormPage>
  );
}
