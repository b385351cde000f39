/** One table of what is held about the person, page by page. */
import { data } from 'react-router';
import { siteContext } from '../../context.ts';
import { count } from '../../parts/format.ts';
import { HeldRows } from '../../parts/profile-section.tsx';
import { signedIn } from '../../session.ts';
import type { Route } from './+types/profile-table.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const { parts, caller } = context.get(siteContext);
  const after = new URL(request.url).searchParams.get('after');
  const section = await parts.rights.profileTable(caller, params.table, after);
  if (section === null) throw data(null, { status: 404 });
  return { section };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Your data – Kept' }];

export default function ProfileTable({ loaderData: { section } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <p>
        <a href="/console/profile">Your data</a>
      </p>
      <h1>All of it</h1>
      <p className="lead">
        {section.about}: {count(section.count)}
        {section.countIsFloor && ' or more'} {section.count === 1 ? 'entry' : 'entries'}.
      </p>
      <HeldRows section={section} />
      {section.next !== null && (
        <p>
          <a className="button second" href={`?after=${encodeURIComponent(section.next)}`}>
            Go on
          </a>
        </p>
      )}
    </div>
  );
}
