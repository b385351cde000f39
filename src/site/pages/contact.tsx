/** Writing to us: by a form that needs no account and no script, or to an address (CONTACT-1, COLLECT-2, PROVIDE-1). */
import { KEPT_DAYS, WRITTEN_KINDS } from '../../control/messages/index.ts';
import type { Company, Topic } from '../../control/settings.ts';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { Field, Once, Problem } from '../parts/form.tsx';
import { count } from '../parts/format.ts';
import { FileFields, filesIn, KindField, MessageField } from '../parts/message-fields.tsx';
import { KIND_WORDS } from '../parts/message-words.ts';
import { LanguageField } from '../parts/request-fields.tsx';
import { carryOut, goOn } from '../session.ts';
import type { Route } from './+types/contact.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const { parts, caller } = context.get(siteContext);
  const { company } = parts;
  const { searchParams } = new URL(request.url);
  const asked = searchParams.get('about') ?? '';
  const kind = (WRITTEN_KINDS as readonly string[]).includes(asked) ? asked : 'enquiry';
  return {
    company,
    kind,
    isSent: searchParams.has('sent'),
    once: crypto.randomUUID(),
    keptDays: Math.max(...Object.values(KEPT_DAYS)),
    ...(await parts.messages.form(caller)),
  };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(
    args,
    ['kind', 'subject', 'words', 'email', 'name', 'language', 'once'],
    async (form, site, files) => {
      const { kind, subject, words, email, name, language } = form;
      const sent = await filesIn(files);
      const id = await site.parts.messages.write(
        site.caller,
        { kind, subject, words, email, name, language },
        sent,
        form.once,
      );
      return goOn(site, id === null ? '/contact?sent' : `/console/messages/${id}`);
    },
  );

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () =>
  about('Contact', 'Write to us: questions, sales, support, problems, feedback, privacy, and holes.');

const TOPICS: readonly { readonly topic: Topic; readonly kind: keyof typeof KIND_WORDS }[] = [
  { topic: 'enquiries', kind: 'enquiry' },
  { topic: 'sales', kind: 'sales' },
  { topic: 'support', kind: 'support' },
  { topic: 'problems', kind: 'problem' },
  { topic: 'feedback', kind: 'feedback' },
];

export default function Contact({ loaderData, actionData }: Route.ComponentProps) {
  const { company, keptDays, isSent } = loaderData;
  if (isSent) return <Sent />;
  const { policyEmail, dpo, securityContact, name, postalAddress } = company;
  return (
    <div className="stack">
      <h1>Contact</h1>
      <p className="lead">
        A person at {name} reads it. What you write is used to answer you, and for nothing else.
      </p>
      <WriteForm {...loaderData} refused={actionData} />
      <p className="quiet">
        It is sealed, and gone {count(keptDays)} days after the last message at the latest.{' '}
        {loaderData.email === null
          ? 'Without an account, the answer comes by mail.'
          : 'The answer comes by mail, and stands with your messages.'}
      </p>
      <Addresses company={company} />
      <h2>Your data</h2>
      <p>
        What is held about you can be seen, corrected, exported and deleted{' '}
        <a href="/console/profile">in the console</a>, without a letter. Without an account, or for an answer
        in writing, <a href="/privacy/requests">ask about your data</a>. For everything else about privacy
        write to {policyEmail}.{dpo !== null && ` Our data protection officer: ${dpo}.`} You know of an
        account of somebody under 18? <a href="/privacy/requests/child">Tell us</a>.
      </p>
      {securityContact !== null && (
        <>
          <h2>A hole</h2>
          <p>
            Found one? Tell us first: <Address of={securityContact} />.{' '}
            <a href="/.well-known/security.txt">security.txt</a> says the same to programs.
          </p>
        </>
      )}
      <h2>By post</h2>
      <p>
        {name}, {postalAddress}
      </p>
    </div>
  );
}

/** The same whatever address was named. */
const Sent = () => (
  <div className="prose stack">
    <h1>Thank you</h1>
    <p className="note" role="status">
      Your message is here. A mail with its reference is on its way to the address that you named, and the
      answer goes there, too.
    </p>
    <p>
      No mail came? Then the address may have a mistake in it: <a href="/contact">write again</a>.
    </p>
  </div>
);

interface WriteFormProps
  extends Pick<Route.ComponentProps['loaderData'], 'email' | 'kind' | 'languages' | 'once'> {
  readonly refused: Route.ComponentProps['actionData'];
}

const WriteForm = ({ email, kind, languages, once, refused }: WriteFormProps) => {
  const entered: Readonly<Record<string, string>> = refused?.entered ?? {};
  return (
    <div className="form-page wide-fields stack">
      <Problem refused={refused} />
      <form method="post" encType="multipart/form-data">
        <Once of={entered.once || once} />
        <KindField label="What it is about" entered={entered.kind || kind} />
        {email === null && (
          <>
            <Field
              name="email"
              label="Your e-mail address"
              type="email"
              autoComplete="email"
              defaultValue={entered.email}
              required
              help="The answer goes there."
            />
            <Field
              name="name"
              label="Your name, if you like"
              autoComplete="name"
              maxLength={200}
              defaultValue={entered.name}
            />
          </>
        )}
        <Field
          name="subject"
          label="Subject"
          maxLength={200}
          autoComplete="off"
          defaultValue={entered.subject}
          required
        />
        <MessageField
          label="Your message"
          entered={entered.words}
          required
          help="For a failed request name its id, like req_…, never the prompt: we do not have it, and do not want it."
        />
        <FileFields />
        <LanguageField languages={languages} entered={entered.language} />
        <button className="button" type="submit">
          Send it
        </button>
      </form>
      {email !== null && <p className="help">You write as {email}.</p>}
    </div>
  );
};

const Addresses = ({ company: { contacts } }: { company: Pick<Company, 'contacts'> }) => {
  const said = TOPICS.filter(({ topic }) => contacts[topic] !== null);
  if (said.length === 0) return null;
  return (
    <>
      <h2>Or directly</h2>
      <div className="columns">
        {said.map(({ topic, kind }) => (
          <div key={topic} className="card">
            <h3 className="card-title">{KIND_WORDS[kind].name}</h3>
            <p>{KIND_WORDS[kind].what}</p>
            <p className="breaks">
              <Address of={contacts[topic] ?? ''} />
            </p>
          </div>
        ))}
      </div>
    </>
  );
};

/** Of a mailto: or https: address. */
const Address = ({ of }: { of: string }) => <a href={of}>{of.replace(/^mailto:|^https?:\/\/|\/$/g, '')}</a>;
