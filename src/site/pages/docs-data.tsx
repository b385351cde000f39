/** How inference data is handled (INFER-5): made from the running configuration and the data map. */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { CommentsLink } from '../parts/comments-link.tsx';
import { EngineTerms, regionWords } from '../parts/engine-terms.tsx';
import { dayOf } from '../parts/format.ts';
import { WideTable } from '../parts/wide-table.tsx';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/docs-data.ts';

export function loader({ context }: Route.LoaderArgs) {
  const { engines, usageFields } = context.get(siteContext).parts;
  return { engines, usageFields };
}

export const handle: PageHandle = { measured: 'data' };
export const meta: Route.MetaFunction = () =>
  about(
    'How data is treated',
    'What happens to a prompt and to its answer, engine by engine and field by field.',
  );

export default function DocsData({ loaderData: { engines, usageFields } }: Route.ComponentProps) {
  return (
    <article className="prose">
      <h1>How what you send and receive is treated</h1>
      <p className="lead">
        This page is made from the configuration that runs now, so it cannot disagree with it.
      </p>
      <h2 id="prompt">What happens to a prompt</h2>
      <ol>
        <li>The gateway reads it into memory and overwrites the bytes as soon as they are parsed.</li>
        <li>
          It sends the engine what it needs to compute: the model’s name, your messages, known parameters. Not
          your address, your headers, your key, or any field that names you.
        </li>
        <li>The engine computes. What it does with content is declared below.</li>
        <li>The answer passes through the gateway’s memory to you, and the gateway lets go of it.</li>
      </ol>
      <p>
        Nothing stores or logs content, whatever is configured: the gateway has no database, and the operating
        system keeps it from writing.
      </p>
      <h2 id="capture">When you ask for it to be kept</h2>
      <p>
        To find a fault, an owner of an account can have its own requests and their answers kept, for at most
        seven days. It is off until they consent. The gateway seals each request, before it leaves it, for a
        key that it does not have itself; the key is destroyed at the end, or at once when the consent is
        taken back, and is in no backup. Owners read what was kept. Staff can open a request only with a
        reason, and the owners see each look. All members of the account see that requests are being kept.
      </p>
      <h2 id="engines">The engines of this instance</h2>
      <WideTable label="Engines and their terms">
        <thead>
          <tr>
            <th scope="col">Engine</th>
            <th scope="col">Your content</th>
            <th scope="col">Where</th>
            <th scope="col">Who says so</th>
          </tr>
        </thead>
        <tbody>
          {engines.map((engine) => (
            <tr key={engine.number}>
              <th scope="row">{engine.name}</th>
              <td>
                <EngineTerms engine={engine} />
              </td>
              <td>{regionWords(engine)}</td>
              <td>
                {engine.declaredBy === 'operator'
                  ? 'the operator, of an engine of their own'
                  : engine.declaredBy}
                {engine.until !== null && `, until ${dayOf(engine.until)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </WideTable>
      <p>
        An account sends nothing to an engine that keeps content or trains on it, unless it has agreed to
        that; a request can be stricter still.
      </p>
      <h2 id="record">What a request leaves behind</h2>
      <p>One usage record of numbers and random ids. These are all of its fields that are filled:</p>
      <WideTable label="Fields of a usage record">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">What it is</th>
          </tr>
        </thead>
        <tbody>
          {usageFields.map(({ column, label }) => (
            <tr key={column}>
              <th scope="row">
                <code>{column}</code>
              </th>
              <td>{label}</td>
            </tr>
          ))}
        </tbody>
      </WideTable>
      <h2 id="limits">What this does not promise</h2>
      <p>
        Whoever can read the memory of a running process can read the prompts that are in it. An engine
        outside of the operator’s machines is under its own rules; its declaration is a statement, with the
        name of who made it.
      </p>
      <CommentsLink page="docs/data" />
    </article>
  );
}
