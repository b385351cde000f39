/** Every version of the policy that was ever published (CHANGE-2). */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { dayOf } from '../parts/format.ts';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/privacy-versions.ts';

export function loader({ context }: Route.LoaderArgs) {
  const versions = context.get(siteContext).parts.documents['privacy-policy'];
  return { versions: versions.map(({ version, updated, summary }) => ({ version, updated, summary })) };
}

export const handle: PageHandle = { measured: 'versions' };
export const meta: Route.MetaFunction = () =>
  about('Versions of the privacy policy', 'Every version of the privacy policy, and what changed.');

export default function Versions({ loaderData }: Route.ComponentProps) {
  return (
    <div className="prose">
      <h1>Versions of the privacy policy</h1>
      <ul>
        {loaderData.versions.map(({ version, updated, summary }) => (
          <li key={version}>
            <a href={`/privacy/versions/${version}`}>
              Version {version}, {dayOf(updated)}
            </a>
            : {summary}
          </li>
        ))}
      </ul>
    </div>
  );
}
