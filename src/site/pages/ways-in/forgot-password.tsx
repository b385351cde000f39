/** Asks for a link to set a new password. The answer is the same for every address. */
import { Field, FormPage, Problem } from '../../parts/form.tsx';
import { carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/forgot-password.ts';

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['email'], async ({ email }, site) => {
    await site.parts.signIn.askForReset(site.caller, { email });
    return goOn(site, '/sign-up/mail');
  });

export const meta: Route.MetaFunction = () => [{ title: 'A new password – Kept' }];

export default function ForgotPassword({ actionData }: Route.ComponentProps) {
  return (
    <FormPage
      title="A new password"
      lead="We send a link to your address. It holds for a short time, and once."
    >
      <Problem refused={actionData} />
      <form method="post">
        <Field
          name="email"
          label="E-mail address"
          type="email"
          autoComplete="username"
          defaultValue={actionData?.entered.email}
          required
        />
        <button className="button" type="submit">
          Send the link
        </button>
      </form>
    </FormPage>
  );
}
