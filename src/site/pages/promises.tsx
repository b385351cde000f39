/** The policy as one reads it, each sentence with what was last seen of it in this running system. */
import type { ReactNode } from 'react';
import type { ShownClause } from '../../control/verification/explanations.ts';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { Moment } from '../parts/moment.tsx';
import { PolicyText } from '../parts/policy-text.tsx';
import { Evidence, STATES, StateMark, stateOf, unseen } from '../parts/promise.tsx';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/promises.ts';

export async function loader({ context }: Route.LoaderArgs) {
  const { clauses, documents, promises, record } = context.get(siteContext).parts;
  const standing = promises();
  return {
    policy: documents['privacy-policy'][0],
    oldest: standing?.oldest ?? null,
    clauses: clauses.map(({ id, promise }) => ({
      promise,
      ...(standing?.clauses.find((each) => each.id === id) ?? unseen(id)),
    })),
    record: record().size,
  };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const handle: PageHandle = { measured: 'promises' };
export const meta: Route.MetaFunction = () =>
  about(
    'Promises',
    'The privacy policy sentence by sentence, with what was just seen of each in the running system.',
  );

export default function Promises({ loaderData: { policy, oldest, clauses, record } }: Route.ComponentProps) {
  const known = new Map(clauses.map((clause) => [clause.id, clause]));
  return (
    <article className="prose promises">
      <h1>{clauses.length} promises</h1>
      <p className="lead">
        Every sentence of the policy that says what we do. This system looks at itself, again and again, and
        shows what it sees.
      </p>
      <Counts clauses={clauses} />
      <p className="when">
        {oldest === null ? (
          'Not everything was looked at yet since the start: it takes a minute or two.'
        ) : (
          <>
            The oldest of what counts here was seen <Moment iso={oldest} />. After a day nothing counts as
            kept any more.
          </>
        )}{' '}
        For programs: <a href="/api/promises">as JSON</a>.
      </p>
      <PolicyText
        blocks={policy.blocks.filter(({ kind }) => kind !== 'part')}
        parts={{}}
        mark={(ids, words) => <Sentence clauses={ids.flatMap((id) => known.get(id) ?? [])} words={words} />}
      />
      <h2 id="yourself">Check it yourself</h2>
      <p>
        Nothing here asks for your trust. In a clone of the source, <code>npx --no kept source-hash</code>{' '}
        gives the hash of what should run; whoever runs this instance gets what runs by the same command. The{' '}
        <a href="/record/checkpoint">record</a> of {record.toLocaleString('en')} published entries cannot be
        altered, and each look at everything is one of them: tools of others check it. Send words that nobody
        has said before through the API, and ask for a copy of all that is held about you.
      </p>
    </article>
  );
}

function Counts({ clauses }: { clauses: readonly ShownClause[] }) {
  return (
    <ul className="promise-counts">
      {STATES.toReversed().map((state) => {
        const n = clauses.filter((clause) => stateOf(clause) === state).length;
        return n === 0 ? null : (
          <li key={state}>
            <strong>{n}</strong> <StateMark state={state} />
          </li>
        );
      })}
    </ul>
  );
}

interface SentenceProps {
  readonly clauses: readonly (ShownClause & { readonly promise: string })[];
  readonly words: ReactNode;
}

/** A sentence may be several clauses: it is as good as the worst of them. */
function Sentence({ clauses, words }: SentenceProps) {
  const worst = STATES.find((state) => clauses.some((clause) => stateOf(clause) === state)) ?? 'not-seen';
  return (
    <div className="promise">
      {words}
      <details>
        <summary>
          <StateMark state={worst} />
          <span className="quiet">{worst === 'not-built' ? 'why' : 'what was seen'}</span>
        </summary>
        {clauses.map((clause) => (
          <Evidence key={clause.id} clause={clause} more />
        ))}
      </details>
    </div>
  );
}
