/** Signing in with a password or a passkey. What is refused does not tell whether the address has an account. */
import { redirect } from 'react-router';
import { siteContext } from '../../context.ts';
import { Field, FormPage, Problem } from '../../parts/form.tsx';
import { PasskeyForm } from '../../parts/passkey-form.tsx';
import { carryOut, goOn, leadingTo, nextOf } from '../../session.ts';
import type { Route } from './+types/sign-in.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await context.get(siteContext).who();
  if (who !== null && !who.steps.includes('second_factor')) throw redirect(nextOf(request));
  return { next: nextOf(request), signUp: leadingTo('/sign-up', nextOf(request, '')) };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['email'], async (form, site) => {
    const { email, password } = form;
    const { setCookies } = await site.parts.signIn.signIn(site.caller, { email, password });
    return goOn(site, nextOf(args.request), setCookies);
  });

export const meta: Route.MetaFunction = () => [{ title: 'Sign in – Kept' }];

export default function SignIn({ loaderData: { next, signUp }, actionData }: Route.ComponentProps) {
  return (
    <FormPage title="Sign in">
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
        <Field name="password" label="Password" type="password" autoComplete="current-password" required />
        <button className="button" type="submit">
          Sign in
        </button>
      </form>
      <PasskeyForm act="sign-in" next={next} label="Sign in with a passkey" second />
      <p className="aside">
        <a href="/forgot-password">Forgot the password?</a> · <a href={signUp}>Sign up</a>
      </p>
    </FormPage>
  );
}
