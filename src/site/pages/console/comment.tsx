/** A comment, for its author: how it stands, changed, deleted. */
import { COMMENT_STANDING, REASON_WORDS } from '../../parts/comment-words.ts';
import { CommentForm } from '../../parts/comments.tsx';
import { Problem } from '../../parts/form.tsx';
import { Day } from '../../parts/moment.tsx';
import { answered, carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/comment.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  return answered(context, ({ parts, caller }) => parts.comments.comment(caller, params.comment));
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['name', 'words'], async ({ do: what, name, words }, site) => {
    const { comments } = site.parts;
    const { comment } = args.params;
    if (what === 'delete') {
      await comments.drop(site.caller, comment);
      return goOn(site, '/console/messages');
    }
    await comments.change(site.caller, comment, { name, words });
    return goOn(site, `/console/comments/${comment}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Your comment – Kept' }];

export default function Comment({ loaderData, actionData }: Route.ComponentProps) {
  const { name, words, state, reason, page, title, at } = loaderData;
  return (
    <div className="form-page stack">
      <h1>Your comment</h1>
      <p className="lead">
        On {title === null ? 'a page that is gone' : <a href={hrefOf(page)}>{title}</a>},{' '}
        <Day date={at.slice(0, 10)} />: {COMMENT_STANDING[state]}.
      </p>
      {reason !== null && (
        <p className="note">
          It is not shown, because {REASON_WORDS[reason]}. Change it, and it is read again; or{' '}
          <a href="/contact">write to us</a> if you think that this is wrong.
        </p>
      )}
      <Problem refused={actionData} />
      <CommentForm entered={actionData?.entered ?? { name: name ?? '', words }} button="Save it" />
      <p className="help">Changed, it is not shown until somebody has read it again.</p>
      <form method="post">
        <button className="button second" type="submit" name="do" value="delete">
          Delete it
        </button>
      </form>
      <p>
        <a href="/console/messages">All messages</a>
      </p>
    </div>
  );
}

const hrefOf = (page: string): string => (page.startsWith('docs') ? `/comments/${page}` : `/${page}`);
