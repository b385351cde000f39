/** Where one writes: the next message, or what the tools that the model called would answer. */
import type { FormEvent, KeyboardEvent } from 'react';
import type { ToolCall } from './conversation.ts';
import { KEPT_HERE } from './settings-fields.tsx';

interface ComposerProps {
  readonly calls: readonly ToolCall[];
  readonly draft: string;
  readonly results: readonly string[];
  readonly running: boolean;
  readonly any: boolean;
  readonly onDraft: (text: string) => void;
  readonly onResult: (place: number, text: string) => void;
  readonly onSend: () => void;
  readonly onStop: () => void;
  readonly onClear: () => void;
}

export function Composer(props: ComposerProps) {
  const { calls, draft, results, running, any, onDraft, onResult, onSend, onStop, onClear } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSend();
  };
  const byKeyboard = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onSend();
  };
  return (
    <form className="composer" onSubmit={submit} autoComplete="off">
      {calls.length === 0 ? (
        <div className="field">
          <label htmlFor="draft">Your message</label>
          <textarea
            id="draft"
            rows={4}
            value={draft}
            onChange={({ target }) => onDraft(target.value)}
            onKeyDown={byKeyboard}
            aria-describedby="draft-help"
            {...KEPT_HERE}
          />
        </div>
      ) : (
        calls.map((call, place) => (
          <div className="field" key={call.id}>
            <label htmlFor={`result-${place}`}>
              What <code>{call.name}</code> answers
            </label>
            <textarea
              id={`result-${place}`}
              className="in-code"
              rows={2}
              value={results[place] ?? ''}
              onChange={({ target }) => onResult(place, target.value)}
              onKeyDown={byKeyboard}
              aria-describedby="draft-help"
              {...KEPT_HERE}
            />
          </div>
        ))
      )}
      <p className="help" id="draft-help">
        Ctrl + Enter sends.
      </p>
      <div className="actions">
        <button className="button" type="submit" aria-disabled={running}>
          Send
        </button>
        {running && (
          <button className="button second" type="button" onClick={onStop}>
            Stop
          </button>
        )}
        {any && !running && (
          <button className="button second" type="button" onClick={onClear}>
            Forget this conversation
          </button>
        )}
      </div>
    </form>
  );
}
