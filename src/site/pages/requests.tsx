/**
 * Asking about one's data (ACCESS-2, STATE-8), signed in or not: first what, then the form for it. Where somebody lives is
 * what they say.
 */
import type { AskedRight } from '../../control/requests/index.ts';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { ASK_GROUPS, ASK_NAMES, askedIn } from '../parts/asks.ts';
import { Field, Problem } from '../parts/form.tsx';
import { PlaceField } from '../parts/place-field.tsx';
import { LanguageField, WordsField } from '../parts/request-fields.tsx';
import { carryOut, goOn } from '../session.ts';
import type { Route } from './+types/requests.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const { parts, caller } = context.get(siteContext);
  const right = askedIn(new URL(request.url).searchParams.get('for'));
  const form = right === null ? null : await parts.requests.form(caller);
  return { right, form, contact: parts.company.policyEmail, address: parts.company.postalAddress };
}

/** What a browser remembers of an opt-out, besides the account. */
const IN_BROWSER = ['measurement', 'recommendations'].map((purpose) => ({
  purpose,
  answer: 'refused',
  version: '',
}));

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['place', 'email', 'item', 'value', 'words', 'language'], async (form, site) => {
    const { requests, choices } = site.parts;
    const { link } = await requests.ask(site.caller, form);
    const cookies = requests.stopsUses(form.right ?? '')
      ? await choices.answer(await site.asking(), IN_BROWSER)
      : [];
    return goOn(site, `/privacy/requests/${link}`, cookies);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () =>
  about(
    'Ask about your data',
    'See it, correct it, take it with you, delete it, or stop a use: without an account, and without a reason.',
  );

export default function Requests({ loaderData, actionData }: Route.ComponentProps) {
  const { right, form, contact, address } = loaderData;
  if (right === null || form === null) return <Choose contact={contact} address={address} />;
  return <AskFor {...{ right, form, refused: actionData }} />;
}

const Choose = ({ contact, address }: { contact: string; address: string }) => (
  <div className="stack">
    <h1>Ask about your data</h1>
    <p className="lead">
      Wherever you live, with an account or without one: see <a href="/privacy/rights">your rights</a>. It is
      free, you need no reason, and nobody else learns from it whether you have an account.
    </p>
    {ASK_GROUPS.map(({ name, asks }) => (
      <section key={name} className="stack">
        <h2>{name}</h2>
        <div className="columns">
          {asks.map((right) => (
            <a key={right} className="card glance" href={`/privacy/requests?for=${right}`}>
              <strong>{ASK_NAMES[right].name}</strong>
              <span className="quiet">{ASK_NAMES[right].what}</span>
            </a>
          ))}
        </div>
      </section>
    ))}
    <h2>Other ways</h2>
    <p>
      You ask for somebody else? <a href="/privacy/requests/agent">Do it here</a>, with what shows that they
      let you.
    </p>
    <p>
      With an account, most of this is done at once on the page <a href="/console/profile">Your data</a>. You
      can also write to {contact}, or by post to {address}: it becomes a request like one from here.
    </p>
    <p>
      You used somebody else’s app, which sends your words here?{' '}
      <a href="/privacy/requests/app">See what is held of you</a>.
    </p>
    <p>
      You know of an account of somebody under 18? <a href="/privacy/requests/child">Tell us</a>.
    </p>
    <p>
      How many ask, and how they are answered: <a href="/privacy/requests/figures">requests in figures</a>.
    </p>
  </div>
);

type Form = NonNullable<Route.ComponentProps['loaderData']['form']>;
type Refused = Route.ComponentProps['actionData'];

function AskFor({ right, form, refused }: { right: AskedRight; form: Form; refused: Refused }) {
  const { email, correctables } = form;
  const entered = refused?.entered ?? {};
  return (
    <div className="form-page stack">
      <h1>{ASK_NAMES[right].name}</h1>
      <p className="lead">{ASK_NAMES[right].what}</p>
      <Problem refused={refused} />
      {refused?.problem.code === 'not_decided' && (
        <p>
          <a href="/console/profile/delete">Delete the account</a>
        </p>
      )}
      <form method="post">
        <input type="hidden" name="right" value={right} />
        {email === null ? <Address right={right} entered={entered.email} /> : <SignedIn email={email} />}
        {right === 'correct' && <Correction items={correctables} entered={entered} />}
        {right === 'object' && (
          <WordsField
            label="Which use, and why"
            help="What of your situation speaks against it."
            entered={entered.words}
            required
          />
        )}
        <PlaceField places={form.places} entered={entered.place} label="Where you live" />
        <LanguageField languages={form.languages} entered={entered.language} />
        {right === 'delete' && (
          <label className="box-line">
            <input type="checkbox" name="agreed" value="yes" required />
            <span>
              Deleting my data means deleting my account, with its keys and everything else in it. I want
              that.
            </span>
          </label>
        )}
        <button className={right === 'delete' ? 'button bad' : 'button'} type="submit">
          Send the request
        </button>
      </form>
      <p className="aside">
        <a href="/privacy/requests">Ask for something else</a>
      </p>
    </div>
  );
}

const SignedIn = ({ email }: { email: string }) => (
  <p className="quiet">
    You are signed in as <span className="breaks">{email}</span>. The answer goes there, and stands on a page
    of its own.
  </p>
);

/** What only stops a use asks for no proof, so that it needs no address either. */
const NEEDS_NONE: ReadonlySet<AskedRight> = new Set([
  'opt_out_sale',
  'opt_out_targeted_advertising',
  'opt_out_profiling',
  'limit_sensitive',
  'withdraw_consent',
]);

function Address({ right, entered }: { right: AskedRight; entered: string | undefined }) {
  const needless = NEEDS_NONE.has(right);
  return (
    <Field
      name="email"
      label={needless ? 'E-mail address of your account, if you have one' : 'E-mail address of your account'}
      type="email"
      autoComplete="email"
      defaultValue={entered}
      required={!needless}
      help={
        needless ? (
          'It holds for this browser at once, and for the account that has the address. No proof is needed.'
        ) : (
          <>
            If we hold it, a link goes there, to say that it was you. Or{' '}
            <a href={`/sign-in?next=${encodeURIComponent(`/privacy/requests?for=${right}`)}`}>sign in</a>:
            then none is needed.
          </>
        )
      }
    />
  );
}

function Correction({
  items,
  entered,
}: {
  items: Form['correctables'];
  entered: Readonly<Record<string, string>>;
}) {
  const words = (
    <WordsField
      label={items.length === 0 ? 'What is wrong, and what is right' : 'Or in your words'}
      help="Somebody here reads it and decides. What shows that it is right helps."
      entered={entered.words}
      required={items.length === 0}
    />
  );
  if (items.length === 0) return words;
  return (
    <>
      <div className="field">
        <label htmlFor="item">What is wrong</label>
        <select id="item" name="item" defaultValue={entered.item ?? ''}>
          <option value="">Something else: I say it in words</option>
          {items.map(({ item, label, now }) => (
            <option key={item} value={item}>
              {now === '' ? label : `${label}: ${now}`}
            </option>
          ))}
        </select>
      </div>
      <Field
        name="value"
        label="What is right"
        defaultValue={entered.value}
        autoComplete="off"
        help="Put right at once. Your address is changed on the security page, by a link to the new one."
      />
      {words}
    </>
  );
}
