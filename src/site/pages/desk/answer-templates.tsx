/** Answers that were written once. */
import { answered } from '../../session.ts';
import type { Route } from './+types/answer-templates.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => ({
    templates: await parts.messageDesk.templates.list(caller),
  }));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Answers – Desk – Kept' }];

export default function AnswerTemplates({ loaderData: { templates } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Answers that are there</h1>
      <p className="lead">Written once, and sent to many. They name nobody.</p>
      {templates.length === 0 ? (
        <p>None so far.</p>
      ) : (
        <ul>
          {templates.map(({ id, name }) => (
            <li key={id}>
              <a href={`/desk/messages/templates/${id}`}>{name}</a>
            </li>
          ))}
        </ul>
      )}
      <p className="actions">
        <a className="button" href="/desk/messages/templates/new">
          Write one
        </a>
        <a className="button second" href="/desk/messages">
          The inbox
        </a>
      </p>
    </div>
  );
}
