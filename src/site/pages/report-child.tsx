/**
 * Anybody tells us that an account is a child's (CHILD-1, CHILD-2), signed in or not. The answer is the same whatever was
 * told: nobody learns who has an account, or what became of one.
 */
import { CHILD_REPORT_DAYS } from '../../control/requests/index.ts';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { Field, Problem } from '../parts/form.tsx';
import { WordsField } from '../parts/request-fields.tsx';
import { carryOut, goOn } from '../session.ts';
import type { Route } from './+types/report-child.ts';

const HERE = '/privacy/requests/child';

export function loader({ context, request }: Route.LoaderArgs) {
  const { policyEmail } = context.get(siteContext).parts.company;
  return {
    isSent: new URL(request.url).searchParams.has('sent'),
    days: CHILD_REPORT_DAYS,
    contact: policyEmail,
  };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['account', 'email', 'words'], async ({ account, email, words }, site) => {
    await site.parts.requests.reportChild(site.caller, { account, email, words });
    return goOn(site, `${HERE}?sent`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () =>
  about(
    'A child’s account',
    'Kept is not for people under 18: tell us of an account of a child, and we look at it.',
  );

export default function ReportChild({ loaderData, actionData }: Route.ComponentProps) {
  const { isSent, days, contact } = loaderData;
  return isSent ? <Sent {...{ days, contact }} /> : <Report days={days} refused={actionData} />;
}

const Sent = ({ days, contact }: { days: number; contact: string }) => (
  <div className="prose stack">
    <h1>Thank you</h1>
    <p className="note" role="status">
      Somebody here reads it and decides within {days} days. An account of a child is deleted at once.
    </p>
    <p>
      We do not say what came of it, and not whether there is such an account: that protects whoever it is
      about. If you are a parent, and ask for your child, write to {contact} as well.
    </p>
    <p>
      <a href={HERE}>Tell us of another one</a>
    </p>
  </div>
);

const Report = ({ days, refused }: { days: number; refused: Route.ComponentProps['actionData'] }) => {
  const entered = refused?.entered ?? {};
  return (
    <div className="form-page stack">
      <h1>A child’s account</h1>
      <p className="lead">
        Our services are not for people under 18. Tell us if somebody younger has an account: we look at it
        within {days} days, and delete it at once where no parent consented.
      </p>
      <Problem refused={refused} />
      <form method="post">
        <Field
          name="account"
          label="Whose account"
          defaultValue={entered.account}
          autoComplete="off"
          required
          help="The e-mail address that it has, or its id, like acct_…"
        />
        <WordsField
          label="What you know"
          entered={entered.words}
          required
          help="How you know that they are under 18, and who you are to them. No papers: only what is needed to decide."
        />
        <Field
          name="email"
          label="Your e-mail address, if you like"
          type="email"
          autoComplete="email"
          defaultValue={entered.email}
          help="Only in case that something is unclear. What you write is sealed, and destroyed when it is no longer needed."
        />
        <button className="button" type="submit">
          Send it
        </button>
      </form>
      <p className="aside">
        <a href="/privacy/requests">Ask about your own data</a>
      </p>
    </div>
  );
};
