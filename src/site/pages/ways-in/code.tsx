/** The second step of a sign-in: a code of the app, or a recovery code. */
import { redirect } from 'react-router';
import { siteContext } from '../../context.ts';
import { Field, FormPage, Problem } from '../../parts/form.tsx';
import { carryOut, goOn, nextOf } from '../../session.ts';
import type { Route } from './+types/code.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await context.get(siteContext).who();
  if (who === null) throw redirect('/sign-in');
  if (!who.steps.includes('second_factor')) throw redirect(nextOf(request));
  return null;
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ code }, site) => {
    const { setCookies } = await site.parts.signIn.completeSignIn(site.caller, { code });
    return goOn(site, nextOf(args.request), setCookies);
  });

export const meta: Route.MetaFunction = () => [{ title: 'Your code – Kept' }];

export default function Code({ actionData }: Route.ComponentProps) {
  return (
    <FormPage title="Your code" lead="The six digits that your authenticator app shows now.">
      <Problem refused={actionData} />
      <form method="post">
        <Field
          name="code"
          label="Code"
          autoComplete="one-time-code"
          inputMode="text"
          required
          help="The phone is gone? Type in one of your recovery codes."
        />
        <button className="button" type="submit">
          Go on
        </button>
      </form>
    </FormPage>
  );
}
