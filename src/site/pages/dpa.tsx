/** The data processing agreement that holds now, with its annexes as they are today. */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { dayOf } from '../parts/format.ts';
import { PolicyText } from '../parts/policy-text.tsx';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/dpa.ts';

export const loader = ({ context }: Route.LoaderArgs) => context.get(siteContext).parts.agreement();

export const handle: PageHandle = { measured: 'terms' };
export const meta: Route.MetaFunction = () =>
  about(
    'Data processing agreement',
    'What we do with data that you send us about others, and on whose word.',
  );

export default function Dpa({ loaderData: { title, version, updated, blocks } }: Route.ComponentProps) {
  return (
    <article className="prose">
      <h1>{title}</h1>
      <p className="when">
        Last updated on <time dateTime={updated}>{dayOf(updated)}</time>, version {version}.{' '}
        <a href="/dpa/versions">All versions</a>
      </p>
      <p>
        An owner of an account accepts it in <a href="/console">the console</a>, on the page “Agreement”.
      </p>
      <PolicyText blocks={blocks} parts={{}} />
    </article>
  );
}
