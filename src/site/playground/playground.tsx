/**
 * The playground: the one page that works in the browser, so that what is said goes straight to the gateway. Everything
 * is state of this component and ends with the page: no storage of the browser is used.
 */
import { useEffect, useReducer, useRef, useState, useSyncExternalStore } from 'react';
import { ask } from './ask.ts';
import { Composer } from './composer.tsx';
import { type Answer, type Failure, goOn, openCalls, type Turn } from './conversation.ts';
import { Failed, PlaygroundKey } from './key.ts';
import { bodyOf, type Settings, startWith, WrongSetting } from './request.ts';
import { RequestCode } from './request-code.tsx';
import { SettingsFields } from './settings-fields.tsx';
import { Turns } from './turns.tsx';

export interface PlaygroundModel {
  readonly name: string;
  /** Its context, and its price where use has one, in words. */
  readonly facts: string;
}

interface PlaygroundProps {
  /** Like `acct_…`. */
  readonly account: string;
  /** The gateway's base URL with `/v1`. */
  readonly base: string;
  readonly models: readonly [PlaygroundModel, ...PlaygroundModel[]];
}

/** Something of the page failed that is no answer of a server. */
const OURS: Failure = {
  message: 'Something of this page failed. Ask again; if it stays, reload the page.',
  code: null,
  requestId: null,
};

export function Playground({ account, base, models }: PlaygroundProps) {
  const ready = useReady();
  const [settings, setSettings] = useState(() => startWith(models[0].name));
  const [turns, step] = useReducer(goOn, []);
  const [draft, setDraft] = useState('');
  const [results, setResults] = useState<readonly string[]>([]);
  const [wrong, setWrong] = useState<WrongSetting | null>(null);
  const [key] = useState(() => new PlaygroundKey(account));
  const asking = useRef<AbortController | null>(null);
  const last = turns.at(-1);
  const running = last?.kind === 'model' && last.state === 'running';
  const calls = openCalls(turns);
  useEffect(() => () => asking.current?.abort(), []);

  async function askWith(asked: readonly Turn[]): Promise<boolean> {
    const body = checked(settings, asked, setWrong);
    if (body === null) return false;
    const ended = new AbortController();
    asking.current = ended;
    step({ what: 'ask', turns: asked });
    try {
      await ask({
        base,
        key,
        body,
        signal: ended.signal,
        onPiece: (piece) => step({ what: 'piece', piece }),
      });
      step({ what: 'end', state: 'done' });
    } catch (error) {
      if (ended.signal.aborted) step({ what: 'end', state: 'stopped' });
      else step({ what: 'fail', failure: error instanceof Failed ? error.failure : OURS });
    }
    return true;
  }

  function send(): void {
    if (running) return;
    const more = saidNow(calls, draft, results);
    if (more === null) return;
    // What was written stays where it was written until it is sent.
    if (checked(settings, [...turns, ...more], setWrong) === null) return;
    setDraft('');
    setResults([]);
    void askWith([...turns, ...more]);
  }

  return (
    <>
      <fieldset className="playground" disabled={!ready}>
        <legend className="unseen">Playground</legend>
        <div className="playground-talk">
          {turns.length === 0 ? (
            <Empty />
          ) : (
            <Turns turns={turns} onAgain={() => void askWith(turns.slice(0, -1))} />
          )}
          <Heard answer={last?.kind === 'model' ? last : null} />
          {wrong !== null && (
            <p className="note bad" role="alert">
              {wrong.message}
            </p>
          )}
          <Composer
            calls={calls}
            draft={draft}
            results={results}
            running={running}
            any={turns.length > 0}
            onDraft={setDraft}
            onResult={(place, text) => setResults((known) => replaced(known, place, text))}
            onSend={send}
            onStop={() => asking.current?.abort()}
            onClear={() => step({ what: 'clear' })}
          />
        </div>
        <SettingsFields
          settings={settings}
          models={models}
          wrong={wrong?.field ?? null}
          onChange={(changed) => {
            setWrong(null);
            setSettings((known) => ({ ...known, ...changed }));
          }}
        />
      </fieldset>
      <RequestCode base={base} settings={settings} turns={turns} />
    </>
  );
}

const Empty = () => (
  <p className="quiet playground-empty">Nothing said yet. Choose a model, write something, and send it.</p>
);

/** The answer for those who hear the page: whole, once it is there, and not piece by piece. */
function Heard({ answer }: { answer: Answer | null }) {
  const text =
    answer === null
      ? ''
      : answer.state === 'running'
        ? 'The model is answering.'
        : answer.state === 'stopped'
          ? `Stopped. The model said: ${answer.text}`
          : answer.state === 'done'
            ? `The model said: ${answer.text || 'nothing, but called a tool.'}`
            : '';
  return (
    <p className="unseen" role="status" aria-live="polite">
      {text}
    </p>
  );
}

/** The body, or null with what is wrong told. */
function checked(settings: Settings, turns: readonly Turn[], tell: (wrong: WrongSetting | null) => void) {
  try {
    const body = bodyOf(settings, turns);
    tell(null);
    return body;
  } catch (error) {
    if (!(error instanceof WrongSetting)) throw error;
    tell(error);
    return null;
  }
}

/** What was written, as turns; null where nothing was. */
function saidNow(
  calls: ReturnType<typeof openCalls>,
  draft: string,
  results: readonly string[],
): readonly Turn[] | null {
  if (calls.length > 0) {
    return calls.map(({ id, name }, place) => ({ kind: 'tool', call: id, name, text: results[place] ?? '' }));
  }
  return draft.trim() === '' ? null : [{ kind: 'user', text: draft }];
}

const replaced = (list: readonly string[], place: number, text: string): readonly string[] =>
  Object.assign([...list], { [place]: text });

const never = () => () => {};

/** False until the page's script runs: without it, nothing here can be used. */
const useReady = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
