/** The reference of the API, from its OpenAPI document and the tables of parameters. */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { CommentsLink } from '../parts/comments-link.tsx';
import type { Route } from './+types/docs-api.ts';

interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
}

const NAMES = { chat: 'Chat', completions: 'Completions', embeddings: 'Embeddings' } as const;

export function loader({ context }: Route.LoaderArgs) {
  const { reference, apiUrl, siteUrl } = context.get(siteContext).parts;
  const { paths = {} } = (reference?.document ?? {}) as { paths?: Record<string, Record<string, Operation>> };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { summary, tags, security }]) =>
      method === 'servers'
        ? []
        : [{ path, method: method.toUpperCase(), summary, tag: tags[0] ?? '', open: security.length === 0 }],
    ),
  );
  const groups = [...new Set(operations.map(({ tag }) => tag))].map((tag) => ({
    tag,
    operations: operations.filter((each) => each.tag === tag),
  }));
  return { groups, parameters: reference?.parameters ?? [], apiUrl, siteUrl };
}

export const meta: Route.MetaFunction = () =>
  about(
    'API reference',
    'Every path, parameter and answer of the API, made of the tables that requests are checked by.',
  );

export default function DocsApi({
  loaderData: { groups, parameters, apiUrl, siteUrl },
}: Route.ComponentProps) {
  return (
    <article className="prose">
      <h1>API reference</h1>
      <p className="lead">
        The whole of it for programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1), made of the
        tables that requests are checked by.
      </p>
      <p>
        Inference answers at <code>{apiUrl}</code>, each path below <code>/v1</code> also below{' '}
        <code>/v1/openai</code>, with <code>Authorization: Bearer kept_sk_…</code>. Signing in answers at{' '}
        <code>{siteUrl}</code>, to pages of this site only.
      </p>
      {groups.map(({ tag, operations }) => (
        <section key={tag}>
          <h2>{tag}</h2>
          <dl className="facts operations">
            {operations.map(({ method, path, summary, open }) => (
              <div key={method + path} className="fact">
                <dt>
                  <code>
                    {method} {path}
                  </code>
                </dt>
                <dd>
                  {summary}
                  {open && <span className="quiet"> · for anybody</span>}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <h2 id="parameters">Parameters</h2>
      <p>
        A known parameter with a wrong value is refused; one that the engine of the model does not know is
        left out. <code>null</code> means not set.
      </p>
      {parameters.map(({ endpoint, parameters: each }) => (
        <details key={endpoint}>
          <summary>
            {NAMES[endpoint]} ({each.length})
          </summary>
          <dl className="facts">
            {each.map(({ name, says }) => (
              <div key={name} className="fact">
                <dt>
                  <code>{name}</code>
                </dt>
                <dd>{says.replaceAll('`', '')}</dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
      <p>
        <a href="/docs/errors">Errors</a> · <a href="/docs/limits">Limits</a>
      </p>
      <CommentsLink page="docs/api" />
    </article>
  );
}
