/** One promise: how it stands, what was seen, what keeps it, and how to check it without trusting anybody. */
import { data } from 'react-router';
import type { Binding } from '../../control/policy/index.ts';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { Evidence, StateMark, stateOf, unseen } from '../parts/promise.tsx';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/promise.ts';

export async function loader({ context, params }: Route.LoaderArgs) {
  const { clauses, promises, bindingOf, siteUrl, apiUrl } = context.get(siteContext).parts;
  const clause = clauses.find(({ id }) => id === params.clause);
  const binding = bindingOf(params.clause);
  if (clause === undefined || binding === null) throw data(null, { status: 404 });
  const standing = promises()?.clauses.find(({ id }) => id === clause.id) ?? unseen(clause.id);
  return { clause: { ...standing, promise: clause.promise }, topic: clause.topic, binding, siteUrl, apiUrl };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const handle: PageHandle = { measured: 'promises' };
export const meta = ({ loaderData }: Route.MetaArgs) =>
  about(
    loaderData === undefined ? 'Promise' : `${loaderData.clause.id}: ${loaderData.topic}`,
    'One promise of the privacy policy: what was just seen of it, and what keeps it.',
  );

export default function OnePromise({ loaderData }: Route.ComponentProps) {
  const { clause, binding, siteUrl, apiUrl } = loaderData;
  return (
    <article className="prose promises">
      <p>
        <a href="/privacy/promises">All promises</a>
      </p>
      <h1>{clause.id}</h1>
      <p className="lead">{clause.promise}</p>
      <p>
        <StateMark state={stateOf(clause)} />
      </p>
      <h2 id="seen">What was seen</h2>
      <Evidence clause={clause} />
      <Keeping binding={binding} />
      <Tried mutations={binding.mutations} />
      <Yourself id={clause.id} siteUrl={siteUrl} apiUrl={apiUrl} />
    </article>
  );
}

const Keeping = ({ binding: { controls, tests, criteria } }: { binding: Binding }) => (
  <>
    <h2 id="kept">What keeps it</h2>
    <p>In the source, which is the same for everybody:</p>
    <ul>
      {controls.map(({ file, name, href }) => (
        <li key={`${file} ${name}`}>
          <code>{name}</code> in{' '}
          {href === null ? (
            <code>{file}</code>
          ) : (
            <a href={href}>
              <code>{file}</code>
            </a>
          )}
        </li>
      ))}
    </ul>
    <p>
      Tested by{' '}
      {tests.map((file, at) => (
        <span key={file}>
          {at > 0 && ', '}
          <code>{file}</code>
        </span>
      ))}
      .
    </p>
    <p className="quiet">It bears on {criteria.join('; ')}.</p>
  </>
);

/** That a check is green says something only where it turns red. */
const Tried = ({ mutations }: Pick<Binding, 'mutations'>) => (
  <>
    <h2 id="tried">How the checks were tried</h2>
    {mutations.length === 0 ? (
      <p>Nobody has broken this promise yet to see whether it is noticed.</p>
    ) : (
      <>
        <p>Each of these was done to a running copy, and noticed:</p>
        <ul>
          {mutations.map(({ what, by }) => (
            <li key={what}>
              {what} <span className="quiet">(by {by.join(', ')})</span>
            </li>
          ))}
        </ul>
      </>
    )}
  </>
);

const Yourself = ({ id, siteUrl, apiUrl }: { id: string; siteUrl: string; apiUrl: string }) => (
  <>
    <h2 id="yourself">Check it yourself</h2>
    <p>In a clone of the source, with an instance of your own that you may break:</p>
    <pre className="words">
      <code>{`npm install && npm start
npx --no kept verify --clause ${id}`}</code>
    </pre>
    <p>
      Here, without trusting us: the record with tools of others, how every promise stood about an hour ago as
      it was entered there, and words of your own through the API, to be found nowhere afterwards.
    </p>
    <pre className="words">
      <code>{`curl ${siteUrl}/record/checkpoint
curl ${siteUrl}/api/promises/receipt
curl ${apiUrl}/v1/models -H "Authorization: Bearer $KEPT_KEY"`}</code>
    </pre>
  </>
);
