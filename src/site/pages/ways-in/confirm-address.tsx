/** Confirms an address by the link of a mail (CHANGE-3). */
import { LinkPage, linkForm, linkHeaders, linkLoader } from '../../link-page.tsx';
import { Field } from '../../parts/form.tsx';
import { carryOut, goOn, nextOf } from '../../session.ts';
import type { Route } from './+types/confirm-address.ts';

export const loader = linkLoader;

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async (form, site) => {
    const { setCookies } = await site.parts.signIn.confirmAddress(site.caller, linkForm(form));
    return goOn(site, nextOf(args.request), setCookies);
  });

export const headers = linkHeaders;
export const meta: Route.MetaFunction = () => [{ title: 'Confirm your address – Kept' }];

export default function ConfirmAddress({ loaderData: { token }, actionData }: Route.ComponentProps) {
  return (
    <LinkPage
      title="Your address"
      lead="One click, and we know that this address reaches you."
      token={token}
      refused={actionData}
      done="Confirm"
    >
      <Field
        name="password"
        label="Password"
        type="password"
        autoComplete="current-password"
        help="Only if you are not signed in in this browser."
      />
    </LinkPage>
  );
}
