/** One version of the policy, at an address that it keeps. */
import { data } from 'react-router';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { PolicyPage } from '../parts/policy-page.tsx';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/privacy-version.ts';

export async function loader({ context, params }: Route.LoaderArgs) {
  const { documents, categories, disclosures } = context.get(siteContext).parts;
  const policy = documents['privacy-policy'].find(({ version }) => String(version) === params.version);
  if (policy === undefined) throw data(null, { status: 404 });
  const isCurrent = policy === documents['privacy-policy'][0];
  return { policy, categories, disclosures: await disclosures.count(), isCurrent };
}

export const handle: PageHandle = { measured: 'versions' };
export const meta: Route.MetaFunction = ({ params }) =>
  about(`Privacy policy, version ${params.version}`, 'One version of the privacy policy, word for word.');

export default function Version({ loaderData: { isCurrent, ...shown } }: Route.ComponentProps) {
  return (
    <div className="stack">
      {!isCurrent && (
        <p className="note warn">
          This is an earlier version. <a href="/privacy">The one that holds now</a>
        </p>
      )}
      <PolicyPage {...shown} />
    </div>
  );
}
