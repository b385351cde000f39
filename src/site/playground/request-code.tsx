/** The request that the page sent last, with the settings of now, as code to take along. */
import { CodeBlock } from '../parts/code-block.tsx';
import { curlCode, nodeCode, pythonCode } from './code.ts';
import type { Turn } from './conversation.ts';
import { bodyOf, type Settings, WrongSetting } from './request.ts';

/** Until something was said. */
const EXAMPLE: readonly Turn[] = [{ kind: 'user', text: 'Name three rivers.' }];

interface Shown {
  readonly base: string;
  readonly settings: Settings;
  readonly turns: readonly Turn[];
}

export function RequestCode({ base, settings, turns }: Shown) {
  // The last request: what it was answered with is not part of it.
  const asked = turns.at(-1)?.kind === 'model' ? turns.slice(0, -1) : turns;
  const body = read(settings, asked.length === 0 ? EXAMPLE : asked);
  return (
    <details className="request-code">
      <summary>The same request as code</summary>
      {typeof body === 'string' ? (
        <p className="note warn">{body}</p>
      ) : (
        <div className="stack" translate="no">
          <p className="help">
            With a <strong>key of your own</strong> in <code>KEPT_KEY</code>. Whoever sees a terminal’s
            history sees what is in it.
          </p>
          <h2>curl</h2>
          <CodeBlock label="The request with curl" code={curlCode(base, body)} />
          <h2>Node</h2>
          <CodeBlock label="The request from Node" code={nodeCode(base, body)} />
          <h2>Python</h2>
          <CodeBlock label="The request from Python" code={pythonCode(base, body)} />
        </div>
      )}
    </details>
  );
}

function read(settings: Settings, turns: readonly Turn[]) {
  try {
    return bodyOf(settings, turns);
  } catch (error) {
    if (error instanceof WrongSetting) return error.message;
    throw error;
  }
}
