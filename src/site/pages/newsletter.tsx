/** The newsletter without an account (CHOICE-2): asks for an address. The answer is the same for every address. */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { Field, FormPage, Problem } from '../parts/form.tsx';
import { PolicyText } from '../parts/policy-text.tsx';
import { carryOut, goOn } from '../session.ts';
import type { Route } from './+types/newsletter.ts';

export function loader({ context, request }: Route.LoaderArgs) {
  const { newsletter } = context.get(siteContext).parts;
  return { ...newsletter.shown(), isSent: new URL(request.url).searchParams.has('sent') };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['email'], async ({ email }, site) => {
    await site.parts.newsletter.ask(site.caller, { email });
    return goOn(site, '/newsletter?sent');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () =>
  about('Newsletter', 'News of this service by mail, without an account, and out again by one click.');

export default function Newsletter({ loaderData, actionData }: Route.ComponentProps) {
  const { isOffered, isSent, text, hours } = loaderData;
  if (!isOffered)
    return (
      <FormPage title="Newsletter" lead="There is none here: this service sends no promotional mail.">
        <p>
          Mail about an account comes either way. <a href="/privacy/choices">Your choices</a> say what may be
          done with your visit.
        </p>
      </FormPage>
    );
  if (isSent)
    return (
      <FormPage
        title="Look into your mail"
        lead="A message is on its way to the address that you entered. You get the newsletter once you confirm it there."
      >
        <p className="aside">
          The link in it works for {hours} hours. If nobody uses it, the address is gone from here after that.
          Nothing there? Look into the folder for unwanted mail, and check that the address was right. Then{' '}
          <a href="/newsletter">ask again</a>.
        </p>
      </FormPage>
    );
  return (
    <FormPage title="Newsletter" lead="News of this service by mail. You need no account for it.">
      <Problem refused={actionData} />
      <PolicyText blocks={text} parts={{}} />
      <form method="post">
        <Field
          name="email"
          label="E-mail address"
          type="email"
          autoComplete="email"
          defaultValue={actionData?.entered.email}
          help={`We ask there whether you want it. Unconfirmed, the address is gone after ${hours} hours.`}
          required
        />
        <button className="button" type="submit">
          Send me the link
        </button>
      </form>
      <p className="quiet">
        Have an account? Then say yes on the page of <a href="/privacy/choices">your choices</a>. What we hold
        about you, and how to have it deleted, you can <a href="/privacy/requests">ask</a> without an account,
        too.
      </p>
    </FormPage>
  );
}
