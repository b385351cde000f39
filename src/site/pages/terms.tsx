/** The terms of service that hold now. */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { dayOf } from '../parts/format.ts';
import { PolicyText } from '../parts/policy-text.tsx';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/terms.ts';

export function loader({ context }: Route.LoaderArgs) {
  const [terms] = context.get(siteContext).parts.documents.terms;
  return { terms };
}

export const handle: PageHandle = { measured: 'terms' };
export const meta: Route.MetaFunction = () =>
  about('Terms', 'What you and we agree to when you use the service.');

export default function Terms({ loaderData: { terms } }: Route.ComponentProps) {
  return (
    <article className="prose">
      <h1>{terms.title}</h1>
      <p className="when">
        Last updated on <time dateTime={terms.updated}>{dayOf(terms.updated)}</time>, version {terms.version}.{' '}
        <a href="/terms/versions">All versions</a>
      </p>
      <PolicyText blocks={terms.blocks} parts={{}} />
    </article>
  );
}
