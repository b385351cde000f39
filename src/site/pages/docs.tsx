/** Quick start with this instance's own address. */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { CodeBlock } from '../parts/code-block.tsx';
import { CommentsLink } from '../parts/comments-link.tsx';
import { CurlRequest } from '../parts/curl-request.tsx';
import { useIsPriced } from '../parts/priced.ts';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/docs.ts';

export function loader({ context }: Route.LoaderArgs) {
  const { apiUrl, models } = context.get(siteContext).parts;
  return { apiUrl, base: `${apiUrl}/v1/openai`, model: models()[0]?.name ?? 'MODEL' };
}

export const handle: PageHandle = { measured: 'docs' };
export const meta: Route.MetaFunction = () =>
  about('Documentation', 'A first request with curl, Node or Python, with the OpenAI client that you have.');

export default function Docs({ loaderData: { apiUrl, base, model } }: Route.ComponentProps) {
  const isPriced = useIsPriced();
  return (
    <article className="prose">
      <h1>First request</h1>
      <p className="lead">
        The API speaks OpenAI’s words, so the client that you have works: give it another address and key.
      </p>
      <p>Put your key into the environment. It is shown once, when it is made.</p>
      <CodeBlock label="The key in the environment" code="export KEPT_KEY=kept_sk_…" />
      <h2 id="curl">curl</h2>
      <CurlRequest apiUrl={apiUrl} model={model} />
      <h2 id="node">Node</h2>
      <CodeBlock
        label="A request from Node"
        code={`import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${base}', apiKey: process.env.KEPT_KEY });
const stream = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Name three rivers.' }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? '');`}
      />
      <h2 id="python">Python</h2>
      <CodeBlock
        label="A request from Python"
        code={`import os
from openai import OpenAI

client = OpenAI(base_url="${base}", api_key=os.environ["KEPT_KEY"])
reply = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Name three rivers."}],
)
print(reply.choices[0].message.content)`}
      />
      <h2 id="endpoints">What there is</h2>
      <ul>
        <li>
          <code>POST /v1/chat/completions</code>, <code>/v1/completions</code>, <code>/v1/embeddings</code>:
          answers whole or as a stream, with <code>usage</code> in each.
        </li>
        <li>
          <code>GET /v1/models</code>: models with {isPriced && 'prices and '}data terms.{' '}
          <code>GET /v1/key</code>: what is left of your key’s limits.
        </li>
        <li>
          Every path also below <code>/v1/openai</code>. Errors have OpenAI’s shape and status codes.
        </li>
      </ul>
      <h2 id="stricter">Stricter for one request</h2>
      <p>
        A request may name what it demands of the engine; if none fits it is refused, never sent elsewhere:
      </p>
      <CodeBlock
        label="A request that demands an engine that keeps nothing"
        code={`"provider": { "data_collection": "deny", "zdr": true }`}
      />
      <p>
        <a href="/docs/api">API reference</a> · <a href="/docs/errors">Errors</a> ·{' '}
        <a href="/docs/limits">Limits</a> · <a href="/docs/data">How what you send and receive is treated</a>
      </p>
      <CommentsLink page="docs" />
    </article>
  );
}
