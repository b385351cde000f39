/** What changed about the service, the newest first (USE-4). */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { Day } from '../parts/moment.tsx';
import { PolicyText } from '../parts/policy-text.tsx';
import type { Route } from './+types/changelog.ts';

export const loader = ({ context }: Route.LoaderArgs) => ({
  entries: context.get(siteContext).parts.comments.changelog,
});

export const meta: Route.MetaFunction = () => [
  ...about('Changelog', 'What changed about the service, with its day; also as a feed.'),
  {
    tagName: 'link',
    rel: 'alternate',
    type: 'application/atom+xml',
    href: '/changelog.atom',
    title: 'Changelog',
  },
];

export default function Changelog({ loaderData: { entries } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Changelog</h1>
      <p className="lead">
        What changed about the service. Changes of the policy are told by mail as well, before they hold.{' '}
        <a href="/changelog.atom">As a feed</a>
      </p>
      {entries.length === 0 && <p>Nothing so far.</p>}
      {entries.map(({ id, date, title, blocks }) => (
        <article className="prose" key={id}>
          <h2 className="breaks">
            <a href={`/changelog/${id}`}>{title}</a>
          </h2>
          <p className="when">
            <Day date={date} />
          </p>
          <PolicyText blocks={blocks} parts={{}} />
        </article>
      ))}
    </div>
  );
}
