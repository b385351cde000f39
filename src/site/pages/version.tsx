/** One version of a text, at an address that it keeps. */
import { about } from '../parts/about.ts';
import { DOCUMENT_PATHS, DOCUMENT_WORDS, documentAt, titled } from '../parts/documents.ts';
import { dayOf } from '../parts/format.ts';
import { Moment } from '../parts/moment.tsx';
import { PolicyPage } from '../parts/policy-page.tsx';
import { PolicyText } from '../parts/policy-text.tsx';
import type { PageHandle } from '../root.tsx';
import { answered } from '../session.ts';
import type { Route } from './+types/version.ts';

export const loader = ({ context, params, request }: Route.LoaderArgs) =>
  answered(context, async ({ parts: { publishing, categories, disclosures } }) => {
    const document = documentAt(request);
    const { policy, state, holdsAt } = publishing.pages.version(document, params.version);
    return { document, policy, state, holdsAt, categories, disclosures: await disclosures.count() };
  });

export const handle: PageHandle = { measured: 'versions' };
export const meta: Route.MetaFunction = ({ params, loaderData }) =>
  about(
    `${titled(DOCUMENT_WORDS[loaderData?.document ?? 'privacy-policy'])}, version ${params.version}`,
    'One version, word for word.',
  );

type Loaded = Route.ComponentProps['loaderData'];

export default function Version({ loaderData }: Route.ComponentProps) {
  const { document, policy, categories, disclosures } = loaderData;
  return (
    <div className="stack">
      <Standing {...loaderData} />
      {document === 'privacy-policy' ? (
        <PolicyPage {...{ policy, categories, disclosures }} />
      ) : (
        <article className="prose">
          <h1>{policy.title}</h1>
          <p className="when">
            Published on <time dateTime={policy.updated}>{dayOf(policy.updated)}</time>, version{' '}
            {policy.version}. <a href={`${DOCUMENT_PATHS[document]}/versions`}>All versions</a>
          </p>
          <PolicyText blocks={policy.blocks} parts={{}} />
        </article>
      )}
    </div>
  );
}

function Standing({ document, state, holdsAt }: Loaded) {
  const now = <a href={DOCUMENT_PATHS[document]}>The one that holds now</a>;
  if (state === 'holds') return null;
  if (state === 'waits')
    return (
      <p className="note warn">
        This version is announced. It holds from <Moment iso={holdsAt} /> (UTC) on. {now}
      </p>
    );
  return (
    <p className="note warn">
      {state === 'held' ? 'This is an earlier version.' : 'This version was withdrawn, and never held.'} {now}
    </p>
  );
}
