/** Confirms an address by the link of a mail (CHANGE-3). Only sending the form uses the link up: scanners open links. */
import { Field, FormPage, Problem } from '../../parts/form.tsx';
import { carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/confirm-address.ts';

export const loader = ({ request }: Route.LoaderArgs) => ({
  token: new URL(request.url).searchParams.get('token') ?? '',
});

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ token, password }, site) => {
    const { setCookies } = await site.parts.signIn.confirmAddress(site.caller, {
      token,
      ...(password !== undefined && password !== '' && { password }),
    });
    return goOn(site, '/console', setCookies);
  });

/** The link's token stays between the browser and us. */
export const headers: Route.HeadersFunction = () => ({
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
});
export const meta: Route.MetaFunction = () => [{ title: 'Confirm your address – Kept' }];

export default function ConfirmAddress({ loaderData: { token }, actionData }: Route.ComponentProps) {
  return (
    <FormPage title="Your address" lead="One click, and we know that this address reaches you.">
      <Problem refused={actionData} />
      <form method="post">
        <input type="hidden" name="token" value={token} />
        <Field
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
          help="Only if you are not signed in in this browser."
        />
        <button className="button" type="submit">
          Confirm
        </button>
      </form>
    </FormPage>
  );
}
