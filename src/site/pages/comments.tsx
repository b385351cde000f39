/** What people say about a page of the documentation. */
import { Comments, isCommentSent, writeComment } from '../parts/comments.tsx';
import { answered } from '../session.ts';
import type { Route } from './+types/comments.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const on = await answered(context, ({ parts, caller }) => parts.comments.on(caller, params['*']));
  return { on, isSent: isCommentSent(request) };
}

export const action = (args: Route.ActionArgs) =>
  writeComment(args, args.params['*'], `/comments/${args.params['*']}`);

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = ({ loaderData }) => [
  { title: `Comments on ${loaderData?.on.title ?? 'a page'} – Kept` },
];

export default function CommentsPage({ loaderData: { on, isSent }, actionData }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1 className="breaks">{on.title}</h1>
      <p>
        <a href={`/${on.page}`}>To the page</a>
      </p>
      <Comments on={on} here={`/comments/${on.page}`} isSent={isSent} refused={actionData} />
    </div>
  );
}
