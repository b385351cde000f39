/** The privacy policy that holds now. */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { PolicyPage } from '../parts/policy-page.tsx';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/privacy.ts';

export async function loader({ context }: Route.LoaderArgs) {
  const { documents, categories, disclosures } = context.get(siteContext).parts;
  const [policy] = documents['privacy-policy'];
  return { policy, categories, disclosures: await disclosures.count() };
}

export const handle: PageHandle = { measured: 'privacy' };
export const meta: Route.MetaFunction = () =>
  about('Privacy policy', 'What is collected, why, for how long, and what you can do about it.');

export default function Privacy({ loaderData }: Route.ComponentProps) {
  return <PolicyPage {...loaderData} />;
}
