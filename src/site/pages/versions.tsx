/** Every version of a text that was ever published, and what changed (CHANGE-2). */
import { redirect } from 'react-router';
import type { ShownVersion, VersionState } from '../../control/publishing/index.ts';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { DOCUMENT_PATHS, DOCUMENT_WORDS, documentAt } from '../parts/documents.ts';
import { Day, Moment } from '../parts/moment.tsx';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/versions.ts';

export function loader({ context, request }: Route.LoaderArgs) {
  const document = documentAt(request);
  const { searchParams } = new URL(request.url);
  const [from, to] = [Number(searchParams.get('from')), Number(searchParams.get('to'))];
  // The form that asks for two of them.
  if (from > 0 && to > 0) throw redirect(`${DOCUMENT_PATHS[document]}/versions/${to}/against/${from}`);
  return { document, versions: context.get(siteContext).parts.publishing.pages.versions(document) };
}

export const handle: PageHandle = { measured: 'versions' };
export const meta: Route.MetaFunction = ({ loaderData }) =>
  about(
    `Versions of the ${DOCUMENT_WORDS[loaderData?.document ?? 'privacy-policy']}`,
    'Every version, and what changed.',
  );

const STATES: Readonly<Record<VersionState, string>> = {
  holds: 'holds now',
  held: 'earlier',
  waits: 'announced',
  withdrawn: 'withdrawn, never held',
};

export default function Versions({ loaderData: { document, versions } }: Route.ComponentProps) {
  const known = versions.filter(({ state }) => state !== 'withdrawn');
  return (
    <div className="stack">
      <h1>Versions of the {DOCUMENT_WORDS[document]}</h1>
      <p>
        A version stays at its address, word for word, with the receipt of its entry in{' '}
        <a href="/record/checkpoint">the record</a>. For programs: <a href="/api/privacy/versions">as JSON</a>
        .
      </p>
      {versions.map((version) => (
        <One key={version.version} before={known[known.indexOf(version) + 1]} {...version} />
      ))}
      {known.length > 2 && <AnyTwo versions={known} />}
    </div>
  );
}

function One({ before, ...version }: ShownVersion & { before: ShownVersion | undefined }) {
  const { document, version: number, state, summary, significant, why, updated, holdsAt, hash } = version;
  const at = `${DOCUMENT_PATHS[document]}/versions/${number}`;
  return (
    <section className="card">
      <h2>
        <a href={at}>Version {number}</a>, <Day date={updated} />{' '}
        <span className={state === 'holds' ? 'tag good' : 'tag'}>{STATES[state]}</span>
      </h2>
      <p>{summary}</p>
      {state === 'waits' && (
        <p>
          It holds from <Moment iso={holdsAt} /> (UTC) on.
        </p>
      )}
      <p className="quiet">
        {significant ? 'Significant.' : 'Not significant: it held at once.'} {why}
      </p>
      <p>
        {before !== undefined && state !== 'withdrawn' && (
          <>
            <a href={`${at}/against/${before.version}`}>What changed since version {before.version}</a> ·{' '}
          </>
        )}
        <a href={`${at}/receipt`}>Receipt</a> · <span className="quiet">SHA-256 of the text</span>{' '}
        <code className="breaks">{hash}</code>
      </p>
    </section>
  );
}

const AnyTwo = ({ versions }: { versions: readonly ShownVersion[] }) => (
  <form method="get">
    <h2>Compare two</h2>
    <p className="actions">
      <Choice name="from" label="From" versions={versions} chosen={versions.at(-1)} />
      <Choice name="to" label="To" versions={versions} chosen={versions[0]} />
      <button className="button second" type="submit">
        Compare
      </button>
    </p>
  </form>
);

const Choice = ({
  name,
  label,
  versions,
  chosen,
}: {
  name: string;
  label: string;
  versions: readonly ShownVersion[];
  chosen: ShownVersion | undefined;
}) => (
  <label>
    {label}{' '}
    <select name={name} defaultValue={chosen?.version}>
      {versions.map(({ version }) => (
        <option key={version} value={version}>
          Version {version}
        </option>
      ))}
    </select>
  </label>
);
