/** One entry of the changelog, and what people say about it. */
import { data } from 'react-router';
import { Comments, isCommentSent, writeComment } from '../parts/comments.tsx';
import { Day } from '../parts/moment.tsx';
import { PolicyText } from '../parts/policy-text.tsx';
import { answered } from '../session.ts';
import type { Route } from './+types/changelog-entry.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  return answered(context, async ({ parts, caller }) => {
    const entry = parts.comments.changelog.find(({ id }) => id === params.change);
    if (entry === undefined) throw data(null, { status: 404 });
    const on = await parts.comments.on(caller, `changelog/${entry.id}`);
    return { entry, on, isSent: isCommentSent(request) };
  });
}

export const action = (args: Route.ActionArgs) =>
  writeComment(args, `changelog/${args.params.change}`, `/changelog/${args.params.change}`);

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = ({ loaderData }) => [
  { title: `${loaderData?.entry.title ?? 'Changelog'} – Kept` },
];

export default function ChangelogEntry({ loaderData, actionData }: Route.ComponentProps) {
  const { entry, on, isSent } = loaderData;
  return (
    <div className="stack">
      <article className="prose">
        <h1 className="breaks">{entry.title}</h1>
        <p className="when">
          <Day date={entry.date} />. <a href="/changelog">All entries</a>
        </p>
        <PolicyText blocks={entry.blocks} parts={{}} />
      </article>
      <Comments on={on} here={`/changelog/${entry.id}`} isSent={isSent} refused={actionData} />
    </div>
  );
}
