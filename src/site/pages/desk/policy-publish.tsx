/** Publishes a version: written, compared with what holds, seen as a mail, and said to be significant or not. */
import type { Preview } from '../../../control/publishing/index.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Compared } from '../../parts/compared.tsx';
import { DOCUMENT_WORDS } from '../../parts/documents.ts';
import { Problem } from '../../parts/form.tsx';
import { answered, carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/policy-publish.ts';

const FIELDS = ['title', 'text', 'summary', 'significant', 'why'] as const;

export const loader = ({ context, params }: Route.LoaderArgs) =>
  answered(context, ({ parts, caller }) => parts.publishing.desk.form(caller, params.document));

export const action = (args: Route.ActionArgs) =>
  carryOut(args, FIELDS, async ({ do: what, ...form }, site) => {
    const { desk } = site.parts.publishing;
    const wish = { ...form, document: args.params.document };
    if (what === 'publish') {
      await desk.publish(site.caller, wish);
      return goOn(site, '/desk/policy');
    }
    return { preview: await desk.preview(site.caller, wish), entered: form };
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Publish a version – Desk – Kept' }];

type Entered = Readonly<Partial<Record<(typeof FIELDS)[number], string>>>;

export default function Publish({ loaderData, actionData }: Route.ComponentProps) {
  const { document, noticeDays } = loaderData;
  const preview = actionData !== undefined && 'preview' in actionData ? actionData.preview : null;
  const refused = actionData !== undefined && 'problem' in actionData ? actionData : undefined;
  return (
    <div className="stack">
      <h1>Publish a version of the {DOCUMENT_WORDS[document]}</h1>
      <p className="lead">
        Compare it first. What is significant goes to everybody by mail, stands on the first page, and holds{' '}
        {noticeDays} days later; what is not holds at once.
      </p>
      <Problem refused={refused} />
      {preview !== null && <Seen {...preview} />}
      <Form {...loaderData} entered={actionData?.entered ?? {}} />
      <p>
        <a href="/desk/policy">All versions</a>
      </p>
    </div>
  );
}

const Seen = ({ base, compared, reasons, mail }: Preview) => (
  <section className="stack" aria-label="How it compares">
    <h2>Against version {base}</h2>
    {reasons.length === 0 ? (
      <p className="note">Kept sees nothing in it that is significant. You decide.</p>
    ) : (
      <div className="note warn">
        <p>Kept proposes: significant.</p>
        <ul>
          {reasons.map(({ what, always }) => (
            <li key={what}>
              {what} {always && <strong>Always significant.</strong>}
            </li>
          ))}
        </ul>
      </div>
    )}
    <Compared blocks={compared} />
    <h3>The mail, where it is significant</h3>
    <CodeBlock label="The mail as text" code={`${mail.subject}\n\n${mail.text.trim()}`} />
  </section>
);

interface FormProps {
  readonly base: number;
  readonly title: string;
  readonly text: string;
  readonly entered: Entered;
}

function Form({ base, title, text, entered }: FormProps) {
  return (
    <form method="post" className="stack">
      <input type="hidden" name="base" value={base} />
      <input type="hidden" name="title" value={entered.title || title} />
      <div className="field">
        <label htmlFor="text">The text, in Markdown</label>
        <textarea
          id="text"
          name="text"
          rows={24}
          defaultValue={entered.text || text}
          aria-describedby="text-help"
        />
        <p className="help" id="text-help">
          A promise begins with its id, like <code>{'{INFER-1}'}</code>. Parts that are made from the running
          system stand as <code>{'{{categories}}'}</code>.
        </p>
      </div>
      <Area name="summary" label="What is different, in plain words" entered={entered.summary} />
      <fieldset>
        <legend>Is it significant?</legend>
        <Radio value="yes" chosen={entered.significant} words="Yes: people are told before it holds." />
        <Radio value="no" chosen={entered.significant} words="No: it holds at once." />
      </fieldset>
      <Area name="why" label="Why, or why not" entered={entered.why} />
      <p className="actions">
        <button className="button second" type="submit" name="do" value="compare" formNoValidate>
          Compare
        </button>
        <button className="button" type="submit" name="do" value="publish">
          Publish it
        </button>
      </p>
    </form>
  );
}

const Area = ({ name, label, entered }: { name: string; label: string; entered: string | undefined }) => (
  <div className="field">
    <label htmlFor={name}>{label}</label>
    <textarea id={name} name={name} rows={3} defaultValue={entered} required />
  </div>
);

const Radio = ({ value, chosen, words }: { value: string; chosen: string | undefined; words: string }) => (
  <label className="box-line">
    <input type="radio" name="significant" value={value} defaultChecked={chosen === value} required />
    <span>{words}</span>
  </label>
);
