/**
 * Confirms that it is still the same person, then leads back to where that was asked. What is dangerous sends people here
 * (`demandFresh`); also while their account is going to be deleted.
 */
import { redirect } from 'react-router';
import { siteContext } from '../../context.ts';
import { Field, FormPage, Problem } from '../../parts/form.tsx';
import { PasskeyForm } from '../../parts/passkey-form.tsx';
import {
  type OfferedProvider,
  ProviderButton,
  ProviderForm,
  RefusedBy,
  refusedBy,
} from '../../parts/providers.tsx';
import { carryOut, goOn, nextOf, signedIn } from '../../session.ts';
import type { Route } from './+types/confirm.ts';

const WHOEVER = { besides: ['way_in', 'agreement', 'age', 'address'], whileDeleted: true } as const;

export async function loader({ context, request }: Route.LoaderArgs) {
  const { fresh, ways, email } = await signedIn(request, context, WHOEVER);
  const next = nextOf(request);
  if (fresh) throw redirect(next);
  const site = context.get(siteContext);
  const theirs = site.parts.signIn.providers.filter(({ id }) => ways.providers.includes(id));
  return { next, ways, email, providers: theirs, refused: refusedBy(request, site) };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ password, code }, site) => {
    await site.parts.signIn.confirmItIsYou(site.caller, code === undefined ? { password } : { code });
    return goOn(site, nextOf(args.request));
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Confirm that it is you – Kept' }];

export default function Confirm({ loaderData, actionData }: Route.ComponentProps) {
  const { next, ways, email, providers, refused } = loaderData;
  return (
    <FormPage
      title="Is it still you?"
      lead="What you are about to do could harm you if somebody else did it, so we ask again. It holds for ten minutes."
    >
      <Problem refused={actionData} />
      <RefusedBy sentence={actionData === undefined ? refused : null} />
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
      {!ways.password && ways.passkeys === 0 && <ByProvider providers={providers} next={next} />}
    </FormPage>
  );
}

/** Where it is the only way. */
const ByProvider = ({ providers, next }: { providers: readonly OfferedProvider[]; next: string }) => (
  <>
    {providers
      .filter(({ confirms }) => confirms)
      .map((provider) => (
        <ProviderForm key={provider.id} provider={provider} wish="confirm" next={next}>
          <ProviderButton label={`Sign in again with ${provider.name}`} />
        </ProviderForm>
      ))}
    <p className="aside">
      You can also sign out and in again, or <a href="/forgot-password">have a link sent</a> to set a
      password.
    </p>
  </>
);

const Confirmed = ({ second = false }: { second?: boolean }) => (
  <button className={second ? 'button second' : 'button'} type="submit">
    Confirm
  </button>
);
