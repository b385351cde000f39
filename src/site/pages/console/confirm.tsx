/**
 * Confirms that it is still the same person, then leads back to where that was asked. What is dangerous sends people here
 * (`demandFresh`); also while their account is going to be deleted.
 */
import { redirect } from 'react-router';
import { Field, FormPage, Problem } from '../../parts/form.tsx';
import { PasskeyForm } from '../../parts/passkey-form.tsx';
import { carryOut, goOn, nextOf, signedIn } from '../../session.ts';
import type { Route } from './+types/confirm.ts';

const WHOEVER = { besides: ['way_in', 'agreement', 'age', 'address'], whileDeleted: true } as const;

export async function loader({ context, request }: Route.LoaderArgs) {
  const { fresh, ways, email } = await signedIn(request, context, WHOEVER);
  const next = nextOf(request);
  if (fresh) throw redirect(next);
  return { next, ways, email };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ password, code }, site) => {
    await site.parts.signIn.confirmItIsYou(site.caller, code === undefined ? { password } : { code });
    return goOn(site, nextOf(args.request));
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Confirm that it is you – Kept' }];

export default function Confirm({ loaderData: { next, ways, email }, actionData }: Route.ComponentProps) {
  return (
    <FormPage
      title="Is it still you?"
      lead="What you are about to do could harm you if somebody else did it, so we ask again. It holds for ten minutes."
    >
      <Problem refused={actionData} />
      {ways.password && (
        <form method="post">
          {/* For password managers. */}
          <input
            className="unseen"
            name=""
            autoComplete="username"
            value={email}
            readOnly
            tabIndex={-1}
            aria-hidden
          />
          <Field name="password" label="Password" type="password" autoComplete="current-password" required />
          <Confirmed />
        </form>
      )}
      {ways.secondFactor && (
        <form method="post">
          <Field
            name="code"
            label={
              ways.password ? 'Or the code of your authenticator app' : 'The code of your authenticator app'
            }
            autoComplete="one-time-code"
            required
            help="A recovery code works too, and is used up."
          />
          <Confirmed second={ways.password} />
        </form>
      )}
      {ways.passkeys > 0 && (
        <PasskeyForm
          act="confirm"
          next={next}
          label="Confirm with your passkey"
          second={ways.password || ways.secondFactor}
        />
      )}
    </FormPage>
  );
}

const Confirmed = ({ second = false }: { second?: boolean }) => (
  <button className={second ? 'button second' : 'button'} type="submit">
    Confirm
  </button>
);
