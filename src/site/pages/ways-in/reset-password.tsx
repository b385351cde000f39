/** Sets a new password by the link of a mail. */
import { LinkPage, linkForm, linkHeaders, linkLoader } from '../../link-page.tsx';
import { NewPassword } from '../../parts/form.tsx';
import { carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/reset-password.ts';

export const loader = linkLoader;

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async (form, site) => {
    await site.parts.signIn.resetPassword(site.caller, linkForm(form));
    return goOn(site, '/sign-in');
  });

export const headers = linkHeaders;
export const meta: Route.MetaFunction = () => [{ title: 'Set a new password – Kept' }];

export default function ResetPassword({ loaderData: { token }, actionData }: Route.ComponentProps) {
  return (
    <LinkPage
      title="A new password"
      lead="Every other sign-in ends when you set it."
      token={token}
      refused={actionData}
      done="Set it"
    >
      <NewPassword />
    </LinkPage>
  );
}
