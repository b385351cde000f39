/** Sets a new password by the link of a mail. */
import { Field, FormPage, Problem } from '../../parts/form.tsx';
import { carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/reset-password.ts';

export const loader = ({ request }: Route.LoaderArgs) => ({
  token: new URL(request.url).searchParams.get('token') ?? '',
});

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ token, password }, site) => {
    await site.parts.signIn.resetPassword(site.caller, {
      token,
      ...(password !== undefined && password !== '' && { password }),
    });
    return goOn(site, '/sign-in');
  });

/** The link's token stays between the browser and us. */
export const headers: Route.HeadersFunction = () => ({
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
});
export const meta: Route.MetaFunction = () => [{ title: 'Set a new password – Kept' }];

export default function ResetPassword({ loaderData: { token }, actionData }: Route.ComponentProps) {
  return (
    <FormPage title="A new password" lead="Every other sign-in ends when you set it.">
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
          Set it
        </button>
      </form>
    </FormPage>
  );
}
