/** Conversations that somebody has with us. */
import { siteContext } from '../../context.ts';
import { COMMENT_STANDING } from '../../parts/comment-words.ts';
import { beginningOf } from '../../parts/comments.tsx';
import { KIND_WORDS, STANDING } from '../../parts/message-words.ts';
import { Day, Moment } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered, signedIn } from '../../session.ts';
import type { Route } from './+types/messages.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  await signedIn(request, context);
  const { company } = context.get(siteContext).parts;
  const messages = await answered(context, ({ parts, caller }) => parts.messages.list(caller));
  const events = await answered(context, ({ parts, caller }) => parts.events.own(caller));
  const surveys = await answered(context, ({ parts, caller }) => parts.surveys.list(caller));
  const comments = await answered(context, ({ parts, caller }) => parts.comments.list(caller));
  return { messages, events, surveys, comments, name: company.name };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Messages – Kept' }];

export default function Messages({
  loaderData: { messages, events, surveys, comments, name },
}: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Messages</h1>
      <p className="lead">What you wrote to {name}, by the form or by mail, and what was answered.</p>
      <p>
        <a className="button" href="/contact">
          Write to us
        </a>
      </p>
      {messages.length === 0 ? (
        <p>None so far.</p>
      ) : (
        <WideTable label="Your messages">
          <thead>
            <tr>
              <th scope="col">Reference</th>
              <th scope="col">About</th>
              <th scope="col">How it stands</th>
              <th scope="col">Last message</th>
            </tr>
          </thead>
          <tbody>
            {messages.map((each) => (
              <tr key={each.id}>
                <th scope="row">
                  <a className="reference" href={`/console/messages/${each.id}`}>
                    {each.reference}
                  </a>
                </th>
                <td>{KIND_WORDS[each.kind].name}</td>
                <td>
                  <span className={each.state === 'waiting' ? 'tag good' : 'tag'}>
                    {STANDING[each.state]}
                  </span>
                </td>
                <td>
                  <Moment iso={each.lastAt} /> UTC
                </td>
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
      {events.length > 0 && (
        <>
          <h2>Events</h2>
          <ul>
            {events.map(({ token, title, startsAt, state }) => (
              <li key={token}>
                <a href={`/events/registrations/${token}`}>{title}</a>, <Moment iso={startsAt} /> UTC
                {state !== 'in' && <> ({state === 'waiting' ? 'you wait for a place' : 'not confirmed'})</>}
              </li>
            ))}
          </ul>
        </>
      )}
      {surveys.open.length + surveys.answered.length > 0 && <Surveys of={surveys} />}
      {comments.length > 0 && (
        <>
          <h2>Comments</h2>
          <ul>
            {comments.map(({ id, words, state }) => (
              <li key={id} className="breaks">
                <a href={`/console/comments/${id}`}>{beginningOf(words)}</a> ({COMMENT_STANDING[state]})
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

const Surveys = ({
  of: { open, answered: given },
}: {
  of: Route.ComponentProps['loaderData']['surveys'];
}) => (
  <>
    <h2>Surveys</h2>
    <ul>
      {open.map(({ id, title, endsAt }) => (
        <li key={id} className="breaks">
          <a href={`/console/surveys/${id}`}>{title}</a>, until <Day date={endsAt.slice(0, 10)} />, if you
          like
        </li>
      ))}
      {given.map(({ id, title, at }) => (
        <li key={id} className="breaks">
          <a href={`/console/surveys/${id}`}>{title}</a>, answered on <Day date={at.slice(0, 10)} />
        </li>
      ))}
    </ul>
  </>
);
