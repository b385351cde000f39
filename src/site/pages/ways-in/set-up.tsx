/** The first sign-in of somebody whom the operator added, or who signed up without a password. */
import { LinkPage, linkForm, linkHeaders, linkLoader } from '../../link-page.tsx';
import { NewPassword } from '../../parts/form.tsx';
import { carryOut, goOn, nextOf } from '../../session.ts';
import type { Route } from './+types/set-up.ts';

export const loader = linkLoader;

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async (form, site) => {
    const { setCookies } = await site.parts.signIn.useSetupLink(site.caller, linkForm(form));
    return goOn(site, nextOf(args.request), setCookies);
  });

export const headers = linkHeaders;
export const meta: Route.MetaFunction = () => [{ title: 'Set up your account – Kept' }];

export default function SetUp({ loaderData: { token }, actionData }: Route.ComponentProps) {
  return (
    <LinkPage
      title="Welcome"
      lead="Choose a password, and the account is yours. Or leave it empty, and make a passkey on the next page."
      token={token}
      refused={actionData}
      done="Sign in"
    >
      <NewPassword required={false} />
    </LinkPage>
  );
}
