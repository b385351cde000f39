/**
 * The one page of somebody from outside who decides an appeal. Nobody is signed in here: each form takes a code of their
 * app, and what was written is shown in the answer to one and stands at no address.
 */
import type { OutsiderPages } from '../../control/requests/index.ts';
import { siteContext } from '../context.ts';
import { linkHeaders } from '../link-page.tsx';
import { Appealed } from '../parts/decide-request.tsx';
import { Field, FormPage, Problem } from '../parts/form.tsx';
import { Moment } from '../parts/moment.tsx';
import { OutsideCase } from '../parts/outside-case.tsx';
import { QrCode } from '../parts/qr-code.tsx';
import { carryOut, goOn, type Refused, refusal } from '../session.ts';
import type { Route } from './+types/appeal-outside.ts';

export async function loader({ context, params }: Route.LoaderArgs) {
  const { parts, caller } = context.get(siteContext);
  return { standing: await parts.outsider.standing(caller, params.invitation).catch(refusal(parts)) };
}

const KEPT = ['decision', 'words', 'item', 'value'] as const;

export const action = (args: Route.ActionArgs) =>
  carryOut(args, KEPT, async ({ do: what, handover, duty, code, ...form }, site) => {
    const { outsider } = site.parts;
    const { invitation } = args.params;
    if (what === 'begin') return { setup: await outsider.begin(site.caller, invitation, { handover, duty }) };
    if (what === 'open') return { opened: await outsider.open(site.caller, invitation, { code }) };
    if (what === 'decide') {
      await outsider.decide(site.caller, invitation, { ...decisionIn(form), code });
      return { isDecided: true } as const;
    }
    await outsider.confirm(site.caller, invitation, { code });
    return goOn(site, `/appeals/${invitation}`);
  });

const decisionIn = (form: Readonly<Record<string, string>>) =>
  Object.fromEntries(KEPT.flatMap((name) => (form[name] === undefined ? [] : [[name, form[name]]])));

export const headers: Route.HeadersFunction = linkHeaders;
export const meta: Route.MetaFunction = () => [
  { title: 'An appeal – Kept' },
  { name: 'robots', content: 'noindex' },
];

type Standing = NonNullable<Awaited<ReturnType<OutsiderPages['standing']>>>;

export default function AppealOutside({ loaderData: { standing }, actionData }: Route.ComponentProps) {
  const refused = actionData !== undefined && 'problem' in actionData ? actionData : undefined;
  if (actionData !== undefined && 'isDecided' in actionData)
    return (
      <FormPage title="Thank you" lead="The appeal is decided, and whoever asked is told.">
        <p>Nothing more is shown here. You can take the account out of your app.</p>
      </FormPage>
    );
  if (standing === null)
    return (
      <FormPage
        title="This invitation is over"
        lead="It was decided, taken back, has ended, or was never one of ours."
      >
        <Problem refused={refused} />
      </FormPage>
    );
  if (actionData !== undefined && 'setup' in actionData) return <SetUp setup={actionData.setup} />;
  if (actionData !== undefined && 'opened' in actionData)
    return <OutsideCase opened={actionData.opened} endsAt={standing.endsAt} />;
  if (!standing.isEnrolled) return <Begin standing={standing} refused={refused} />;
  if (refused !== undefined && refused.entered.words !== '') return <Again refused={refused} />;
  return (
    <FormPage
      title="An appeal to decide"
      lead="Type in a code of the app that you set up. The look goes into the record first, and the person sees it."
    >
      <Problem refused={refused} />
      <form method="post">
        <AppCode />
        <button className="button" type="submit" name="do" value="open">
          Open the appeal
        </button>
      </form>
      <p className="quiet">
        The invitation ends on <Moment iso={standing.endsAt} /> UTC.
      </p>
    </FormPage>
  );
}

const Begin = ({ standing, refused }: { standing: Standing; refused: Refused | undefined }) => (
  <FormPage
    title="An appeal to decide"
    lead={`${standing.company} asks you to decide one appeal about somebody’s personal data, as an independent person from outside.`}
  >
    <Problem refused={refused} />
    <p>You see that one request, the law beside it, the first decision and its reasons, and nothing else.</p>
    <h2>Your duty</h2>
    <ol>
      {standing.duty.text.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ol>
    <form method="post">
      <label className="box-line">
        <input type="checkbox" name="duty" value={standing.duty.version} required />
        <span>I accept this duty (version {standing.duty.version}).</span>
      </label>
      <Field
        name="handover"
        label="The code that you were given"
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        required
        help="Whoever invited you tells it to you in another way than by mail."
      />
      <button className="button" type="submit" name="do" value="begin">
        Go on
      </button>
    </form>
    <p className="quiet">
      The invitation ends on <Moment iso={standing.endsAt} /> UTC. Your name and address are kept with the
      appeal, sealed, and die 90 days after it.
    </p>
  </FormPage>
);

const SetUp = ({ setup }: { setup: { readonly secret: string; readonly uri: string } }) => (
  <FormPage
    title="Show it to your app"
    lead="Scan this with an authenticator app: it is what lets you in from now on."
  >
    <QrCode text={setup.uri} label="The secret for your authenticator app, as a QR code" />
    <details>
      <summary>Type it in instead</summary>
      <p className="code secret">
        <code>{setup.secret.match(/.{4}/g)?.join(' ')}</code>
      </p>
      <p className="help">
        Or, on the phone itself, <a href={setup.uri}>open it in the app</a>.
      </p>
    </details>
    <form method="post">
      <AppCode />
      <button className="button" type="submit" name="do" value="confirm">
        That is it
      </button>
    </form>
    <p className="quiet">If it does not work, open the link of the mail again and begin anew.</p>
  </FormPage>
);

/** A decision that was refused: what they wrote is not lost. What was written by others is shown by opening it again. */
const Again = ({ refused }: { refused: Refused }) => (
  <div className="stack">
    <h1>An appeal to decide</h1>
    <Problem refused={refused} />
    <Appealed
      right={refused.entered.item === '' ? 'confirm' : 'correct'}
      items={[]}
      entered={refused.entered}
    >
      <AppCode />
    </Appealed>
  </div>
);

const AppCode = () => (
  <Field
    name="code"
    label="The six digits that the app shows now"
    autoComplete="one-time-code"
    inputMode="numeric"
    maxLength={10}
    required
  />
);
