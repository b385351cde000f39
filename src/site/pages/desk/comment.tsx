/**
 * One comment at the desk. It is shown in the answer to a form and stands at no address; the look is in the record first. What
 * is decided is about what was read: a comment that was changed meanwhile is read again.
 */
import { COMMENT_STATES, REASON_WORDS } from '../../parts/comment-words.ts';
import { Problem } from '../../parts/form.tsx';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/comment.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  const comment = await answered(context, ({ parts, caller }) =>
    parts.commentDesk.comment(caller, params.comment),
  );
  demandFresh(request, context, who);
  return comment;
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ do: what, decision, version }, site) => {
    const { commentDesk } = site.parts;
    const { comment } = args.params;
    if (what === 'read') return { read: await commentDesk.read(site.caller, comment) };
    await commentDesk.decide(site.caller, comment, { decision, version });
    return goOn(site, '/desk/comments');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Comment – Desk – Kept' }];

export default function DeskComment({ loaderData, actionData }: Route.ComponentProps) {
  const refused = actionData !== undefined && 'problem' in actionData ? actionData : undefined;
  const read = actionData !== undefined && 'read' in actionData ? actionData.read : null;
  const { page, title, state, reason, isOwn } = loaderData;
  return (
    <div className="form-page stack">
      <h1>A comment</h1>
      <p className="lead">
        On <a href={`/${page}`}>{title ?? page}</a>. {COMMENT_STATES[state]}
        {reason !== null && `, because ${REASON_WORDS[reason]}`}.
      </p>
      <Problem refused={refused} />
      {isOwn ? (
        <p className="note">You wrote this yourself. Somebody else decides about it.</p>
      ) : read === null ? (
        <form method="post">
          <p>
            Reading it enters your look in the record, and its author sees it. You do not learn who that is.
          </p>
          <button className="button" type="submit" name="do" value="read">
            Read it
          </button>
        </form>
      ) : (
        <Decide {...read} />
      )}
      <p>
        <a href="/desk/comments">All comments</a>
      </p>
    </div>
  );
}

interface DecideProps {
  readonly name: string | null;
  readonly words: string;
  readonly version: string;
}

const Decide = ({ name, words, version }: DecideProps) => (
  <>
    <article className="card">
      <p className="quiet">
        Shown under: <strong className="breaks">{name ?? 'no name'}</strong>
      </p>
      <p className="words-of breaks">{words}</p>
    </article>
    <form method="post">
      <input type="hidden" name="version" value={version} />
      <fieldset>
        <legend>What becomes of it</legend>
        <label className="box-line">
          <input type="radio" name="decision" value="show" required />
          <span>Show it</span>
        </label>
        {Object.entries(REASON_WORDS).map(([reason, because]) => (
          <label className="box-line" key={reason}>
            <input type="radio" name="decision" value={reason} required />
            <span>Do not show it, because {because}</span>
          </label>
        ))}
      </fieldset>
      <button className="button" type="submit" name="do" value="decide">
        Decide
      </button>
    </form>
    <p className="help">Its author hears of it by mail, with the reason.</p>
  </>
);
