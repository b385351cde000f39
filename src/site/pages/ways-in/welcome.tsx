/** What is still asked of somebody before anything else: a password, agreement, age, an address that reaches them. */
import { redirect } from 'react-router';
import { siteContext } from '../../context.ts';
import { Agreements, FormPage, NewPassword, Problem } from '../../parts/form.tsx';
import { NewVersion } from '../../parts/new-version.tsx';
import { PasskeyForm } from '../../parts/passkey-form.tsx';
import { carryOut, goOn, leadingTo, nextOf, signedIn } from '../../session.ts';
import type { Route } from './+types/welcome.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await signedIn(request, context, { besides: ['way_in', 'agreement', 'age', 'address'] });
  const [step] = who.steps;
  if (step === undefined) throw redirect(nextOf(request));
  const { parts, caller } = context.get(siteContext);
  const { documents } = parts.signIn;
  const anew = step === 'agreement' ? await parts.publishing.pages.askedAnew(caller) : [];
  const wasSent = new URL(request.url).searchParams.has('sent');
  return { step, anew, name: who.name, email: who.email, documents, wasSent, next: nextOf(request, '') };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async (form, site) => {
    const { signIn } = site.parts;
    const { what, password, adult, agreed, policy, terms } = form;
    const next = nextOf(args.request, '');
    if (what === 'way_in') await signIn.setPassword(site.caller, { password });
    if (what === 'agree' && agreed === 'yes') {
      await signIn.agree(site.caller, { policy, terms, adult: adult === 'yes' });
    }
    const { who } = await signIn.whoIs(site.caller);
    // Nobody has to ask for the first one.
    if (what === 'address' || (what === 'agree' && who?.steps[0] === 'address')) {
      await signIn.askForAddress(site.caller, next === '' ? undefined : next);
      return goOn(site, leadingTo('/welcome?sent', next));
    }
    return goOn(site, leadingTo('/welcome', next));
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Before you begin – Kept' }];

export default function Welcome({ loaderData, actionData }: Route.ComponentProps) {
  const { step, anew, name, email, documents, wasSent } = loaderData;
  const isAnew = anew.length > 0;
  return (
    <FormPage
      title={isAnew ? `Before you go on, ${name}` : `Welcome, ${name}`}
      lead={isAnew ? 'Something that you agreed to has changed.' : 'One more thing before you begin.'}
    >
      <Problem refused={actionData} />
      {step === 'way_in' && <WayIn next={loaderData.next} />}
      {isAnew && <NewVersion anew={anew} documents={documents} />}
      {!isAnew && (step === 'agreement' || step === 'age') && <Agreement documents={documents} />}
      {step === 'address' && <Address email={email} wasSent={wasSent} />}
      <form method="post" action="/sign-out">
        <button className="plain-button" type="submit">
          Sign out
        </button>
      </form>
    </FormPage>
  );
}

const WayIn = ({ next }: { next: string }) => (
  <>
    <form method="post">
      <input type="hidden" name="what" value="way_in" />
      <NewPassword />
      <button className="button" type="submit">
        Set it
      </button>
    </form>
    <PasskeyForm act="make" next={leadingTo('/welcome', next)} label="Make a passkey instead" second>
      <input type="hidden" name="name" value="The first passkey" />
    </PasskeyForm>
  </>
);

const Agreement = ({ documents }: { documents: { policy: string; terms: string } }) => (
  <form method="post">
    <input type="hidden" name="what" value="agree" />
    <Agreements documents={documents} />
    <button className="button" type="submit">
      Agree
    </button>
  </form>
);

const Address = ({ email, wasSent }: { email: string; wasSent: boolean }) => (
  <form method="post">
    <input type="hidden" name="what" value="address" />
    <p role="status">
      {wasSent ? 'A link is on its way to ' : 'Nobody has confirmed yet that mail reaches '}
      <strong>{email}</strong>.{' '}
      {wasSent
        ? 'Open it to confirm that the address reaches you.'
        : 'Open the link that you were sent, or have a new one sent.'}
    </p>
    <button className="button second" type="submit">
      {wasSent ? 'Send it again' : 'Send a link'}
    </button>
  </form>
);
