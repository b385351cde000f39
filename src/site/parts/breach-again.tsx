/** A form about a breach that came later than ten minutes after its sender had signed in: with all that they wrote, to be sent again. */
import type { Refused } from '../session.ts';
import { TextField } from './disclosure-fields.tsx';
import { Problem } from './form.tsx';

/** What is long is shown; the rest goes along. */
const SHOWN: Readonly<Record<string, string>> = {
  words: 'What you wrote',
  happened: 'What happened',
  consequences: 'Likely consequences',
  measures: 'What is done about it',
};

export function SendAgain({ refused }: { refused: Refused | undefined }) {
  const entered = Object.entries(refused?.entered ?? {}).filter(([, value]) => value !== '');
  return (
    <div className="form-page stack">
      <h1>Breach</h1>
      <Problem refused={refused} />
      <form method="post">
        {entered.map(([name, value]) =>
          SHOWN[name] === undefined ? (
            <input key={name} type="hidden" name={name} value={value} />
          ) : (
            <TextField key={name} name={name} label={SHOWN[name]} rows={12} entered={value} />
          ),
        )}
        <button className="button" type="submit">
          Send it again
        </button>
      </form>
    </div>
  );
}
