/** What was said so far. */
import { count, exactDollars } from '../parts/format.ts';
import { useIsPriced } from '../parts/priced.ts';
import type { Answer, Failure, Turn } from './conversation.ts';

export function Turns({ turns, onAgain }: { turns: readonly Turn[]; onAgain: () => void }) {
  return (
    // Not translated by the browser, which would send it away.
    <ol className="turns" translate="no" aria-label="Conversation">
      {turns.map((turn, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: turns are only added at the end
        <li key={place} className={`turn ${turn.kind}`}>
          <OneTurn turn={turn} onAgain={place === turns.length - 1 ? onAgain : null} />
        </li>
      ))}
    </ol>
  );
}

function OneTurn({ turn, onAgain }: { turn: Turn; onAgain: (() => void) | null }) {
  switch (turn.kind) {
    case 'user':
      return (
        <>
          <h2 className="who">You</h2>
          <p className="said">{turn.text}</p>
        </>
      );
    case 'tool':
      return (
        <>
          <h2 className="who">
            Tool <code>{turn.name}</code>
          </h2>
          <p className="said in-code">{turn.text}</p>
        </>
      );
    case 'model':
      return <ModelTurn answer={turn} onAgain={onAgain} />;
  }
}

function ModelTurn({ answer, onAgain }: { answer: Answer; onAgain: (() => void) | null }) {
  const { state, text, reasoning, calls, failure } = answer;
  return (
    <>
      <h2 className="who">Model</h2>
      {reasoning !== '' && (
        <details>
          <summary>Its reasoning</summary>
          <p className="said quiet">{reasoning}</p>
        </details>
      )}
      {text !== '' && <p className="said">{text}</p>}
      {state === 'running' && text === '' && calls.length === 0 && <p className="quiet">…</p>}
      {calls.map((call) => (
        <p key={call.id} className="said in-code">
          {call.name}({call.arguments})
        </p>
      ))}
      {failure !== null && <Failed failure={failure} onAgain={onAgain} />}
      <Facts answer={answer} />
    </>
  );
}

function Failed({ failure, onAgain }: { failure: Failure; onAgain: (() => void) | null }) {
  const { message, code, requestId, place } = failure;
  return (
    <div className="note bad" role="alert">
      <p>{message}</p>
      {(code !== null || requestId !== null) && (
        <p className="help">
          {code !== null && (
            <>
              <a href={`/docs/errors#${code}`} target="_blank" rel="noopener">
                {code}
              </a>{' '}
            </>
          )}
          {requestId !== null && <code>{requestId}</code>}
        </p>
      )}
      <div className="actions">
        {place !== undefined && (
          <a className="button second" href={place.href} target="_blank" rel="noopener">
            {place.name}
          </a>
        )}
        {onAgain !== null && (
          <button className="button second" type="button" onClick={onAgain}>
            Ask again
          </button>
        )}
      </div>
    </div>
  );
}

const ENDINGS: Readonly<Record<string, string>> = {
  length: 'It reached the longest answer that was allowed.',
  content_filter: 'The engine’s content filter ended it.',
};

/** What it took, as the gateway says. */
function Facts({ answer: { state, usage, finish } }: { answer: Answer }) {
  const isPriced = useIsPriced();
  const counted = isPriced ? 'is charged' : 'counts';
  const parts = [
    ...(state === 'stopped' ? [`Stopped. What came until then ${counted}.`] : []),
    ...(ENDINGS[finish ?? ''] === undefined ? [] : [ENDINGS[finish ?? '']]),
    ...(usage === null
      ? []
      : [
          `${count(usage.promptTokens)} tokens in, ${count(usage.completionTokens)} out`,
          ...(usage.cost === null || !isPriced ? [] : [exactDollars(usage.cost)]),
        ]),
  ];
  return parts.length === 0 ? null : <p className="help facts-line">{parts.join(' · ')}</p>;
}
