/** Asking for somebody else (CPPA-3), with what shows that they let it: a form with a file, without JavaScript. */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { Field, Problem } from '../parts/form.tsx';
import { PlaceField } from '../parts/place-field.tsx';
import { RightField, WordsField } from '../parts/request-fields.tsx';
import { AUTHORITY_WORDS } from '../parts/request-words.ts';
import { carryOut, goOn } from '../session.ts';
import type { Route } from './+types/requests-agent.ts';

export async function loader({ context }: Route.LoaderArgs) {
  const { parts, caller } = context.get(siteContext);
  const { places } = await parts.requests.form(caller);
  return { places, contact: parts.company.policyEmail };
}

const FIELDS = ['right', 'place', 'agent', 'email', 'authority', 'words'] as const;

export const action = (args: Route.ActionArgs) =>
  carryOut(args, FIELDS, async (form, site, files) => {
    const proof = files.get('proof');
    const bytes = proof === undefined ? null : new Uint8Array(await proof.arrayBuffer());
    const { link } = await site.parts.requests.askAsAgent(site.caller, form, bytes);
    return goOn(site, `/privacy/requests/${link}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () =>
  about(
    'Ask for somebody else',
    'With a permission that they signed, a power of attorney, or as their guardian.',
  );

export default function RequestsAgent({ loaderData, actionData }: Route.ComponentProps) {
  const entered: Readonly<Record<string, string>> = actionData?.entered ?? {};
  return (
    <div className="form-page stack">
      <h1>Ask for somebody else</h1>
      <p className="lead">
        You need something that shows that they let you: a permission that they signed, or a power of
        attorney. We may also ask them directly.
      </p>
      <Problem refused={actionData} />
      <form method="post" encType="multipart/form-data">
        <Field
          name="agent"
          label="Who you are"
          defaultValue={entered.agent}
          autoComplete="name"
          maxLength={100}
          required
          help="Your name or that of your firm. They see it, and whoever looks at it here."
        />
        <Field
          name="email"
          label="Their e-mail address"
          type="email"
          defaultValue={entered.email}
          autoComplete="off"
          required
          help="That of their account. If we hold it, a link goes there, to ask whether they let you. You are not told whether we do."
        />
        <RightField label="What they ask for" entered={entered.right || 'access'} />
        <PlaceField places={loaderData.places} entered={entered.place} label="Where they live" />
        <Authority entered={entered.authority} />
        <Field
          name="proof"
          label="The proof"
          type="file"
          accept=".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
          help="A PDF, JPEG or PNG file of 5 MB at most. It is sealed, a person here looks at it, and it is destroyed with the request. Without it, we refuse what needs one."
        />
        <WordsField
          label="In your words"
          rows={4}
          entered={entered.words}
          help="Needed where something is to be corrected, or a use is objected to."
        />
        <label className="box-line">
          <input type="checkbox" name="agreed" value="yes" />
          <span>
            For a deletion: they want their account deleted, with its keys and everything else in it.
          </span>
        </label>
        <button className="button" type="submit">
          Send the request
        </button>
      </form>
      <h2>Other ways</h2>
      <p>
        A browser that sends <strong>Global Privacy Control</strong> is an agent, too: we count it as the
        opt-out that it is, at once and without a form. Agents with a program use the Data Rights Protocol.
        You can also write to {loaderData.contact}.
      </p>
      <p className="aside">
        <a href="/privacy/requests">Ask for yourself</a>
      </p>
    </div>
  );
}

const Authority = ({ entered }: { entered: string | undefined }) => (
  <div className="field">
    <label htmlFor="authority">What you show</label>
    <select id="authority" name="authority" defaultValue={entered || 'signed_permission'}>
      {Object.entries(AUTHORITY_WORDS).map(([kind, words]) => (
        <option key={kind} value={kind}>
          {words}
        </option>
      ))}
    </select>
  </div>
);
