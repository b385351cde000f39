/** Confirms a changed address by the link that was sent to it. */
import { LinkPage, linkForm, linkHeaders, linkLoader } from '../../link-page.tsx';
import { carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/change-address.ts';

export const loader = linkLoader;

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async (form, site) => {
    await site.parts.signIn.changeAddress(site.caller, linkForm(form));
    return goOn(site, '/console/security');
  });

export const headers = linkHeaders;
export const meta: Route.MetaFunction = () => [{ title: 'Confirm your new address – Kept' }];

export default function ChangeAddress({ loaderData: { token }, actionData }: Route.ComponentProps) {
  return (
    <LinkPage
      title="Your new address"
      lead="From then on you sign in with it."
      token={token}
      refused={actionData}
      done="Confirm"
    />
  );
}
