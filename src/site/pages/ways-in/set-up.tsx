/** The first sign-in of somebody whom the operator added, or who signed up without a password. */
import { Field, FormPage, Problem } from '../../parts/form.tsx';
import { carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/set-up.ts';

export const loader = ({ request }: Route.LoaderArgs) => ({
  token: new URL(request.url).searchParams.get('token') ?? '',
});

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ token, password }, site) => {
    const { setCookies } = await site.parts.signIn.useSetupLink(site.caller, {
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
export const meta: Route.MetaFunction = () => [{ title: 'Set up your account – Kept' }];

export default function SetUp({ loaderData: { token }, actionData }: Route.ComponentProps) {
  return (
    <FormPage title="Welcome" lead="Choose a password, and the account is yours.">
      <Problem refused={actionData} />
      <form method="post">
        <input type="hidden" name="token" value={token} />
        <Field
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          required
          help="Long is better than odd: a few words that you do not use elsewhere."
        />
        <button className="button" type="submit">
          Set it and sign in
        </button>
      </form>
    </FormPage>
  );
}
