/** Every error of the API, from the table that the gateway answers by. */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { CommentsLink } from '../parts/comments-link.tsx';
import type { Route } from './+types/docs-errors.ts';

export function loader({ context }: Route.LoaderArgs) {
  return { errors: context.get(siteContext).parts.reference?.errors ?? [] };
}

export const meta: Route.MetaFunction = () =>
  about('Errors', 'Each error that the API answers, whose matter it is, and what to do.');

const WHO = {
  request: 'the request has to change',
  gateway: 'a matter of whoever runs this server',
  engine: 'a matter of the engine',
} as const;

export default function DocsErrors({ loaderData: { errors } }: Route.ComponentProps) {
  return (
    <article className="prose">
      <h1>Errors</h1>
      <p className="lead">
        Each has a code, a fixed sentence that says what to do, and OpenAI’s shape and status. What you sent
        is never in it.
      </p>
      <p>
        Where a header <code>retry-after</code> is set, wait that many seconds. In a stream, after its first
        byte, an error is the last event. Tell the operator the header <code>x-request-id</code> when
        something stays wrong.
      </p>
      {errors.map(({ code, status, type, source, retryable, message }) => (
        <section key={code} id={code} className="statement">
          <h2 className="error-code">
            <code>{code}</code>
          </h2>
          <p>{message}</p>
          <p className="quiet">
            {status} · <code>{type}</code> · {WHO[source]}
            {retryable && ' · may succeed later'}
          </p>
        </section>
      ))}
      <CommentsLink page="docs/errors" />
    </article>
  );
}
