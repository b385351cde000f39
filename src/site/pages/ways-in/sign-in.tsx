/** Signing in with a password, a passkey or a provider. What is refused does not tell whether the address has an account. */
import { redirect } from 'react-router';
import { siteContext } from '../../context.ts';
import { Field, FormPage, Problem } from '../../parts/form.tsx';
import { PasskeyForm } from '../../parts/passkey-form.tsx';
import { ProviderForms, RefusedBy, refusedBy } from '../../parts/providers.tsx';
import { carryOut, goOn, leadingTo, nextOf } from '../../session.ts';
import type { Route } from './+types/sign-in.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const site = context.get(siteContext);
  const who = await site.who();
  if (who !== null && !who.steps.includes('second_factor')) throw redirect(nextOf(request));
  return {
    next: nextOf(request),
    signUp: leadingTo('/sign-up', nextOf(request, '')),
    providers: site.parts.signIn.providers,
    refused: refusedBy(request, site),
  };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['email'], async (form, site) => {
    const { email, password } = form;
    const { setCookies } = await site.parts.signIn.signIn(site.caller, { email, password });
    return goOn(site, nextOf(args.request), setCookies);
  });

export const meta: Route.MetaFunction = () => [{ title: 'Sign in – Kept' }];

export default function SignIn({ loaderData, actionData }: Route.ComponentProps) {
  const { next, signUp, providers, refused } = loaderData;
  return (
    <FormPage title="Sign in">
      <Problem refused={actionData} />
      <RefusedBy sentence={actionData === undefined ? refused : null} />
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
      <ProviderForms providers={providers} label="Sign in with" next={next} />
      <p className="aside">
        <a href="/forgot-password">Forgot the password?</a> · <a href={signUp}>Sign up</a>
      </p>
    </FormPage>
  );
}
