/** How long an answer takes, and what there is to do against a refusal. */
import type { ShownLaw } from '../../control/law/index.ts';
import { WhereItStands } from './where-it-stands.tsx';

type Time = ShownLaw['times'][number];

const UNITS = { calendar_days: 'day', business_days: 'business day', months: 'month' } as const;
const spell = ({ count, unit }: Time): string =>
  `${count === 1 ? 'one' : count} ${UNITS[unit]}${count === 1 ? '' : 's'}`;

const SAYS: Readonly<Record<Time['kind'], readonly [what: string, how: (time: Time) => string]>> = {
  acknowledge: ['We confirm that your request is here', (time) => `within ${spell(time)}`],
  respond: ['We answer', (time) => `within ${spell(time)}`],
  extend: [
    'Should it take longer, we tell you why before that, and take',
    (time) => `${spell(time)} more at most`,
  ],
  opt_out: ['An opt-out holds', (time) => `at once, and within ${spell(time)} everywhere`],
  withdraw: ['Consent that you took back ends', (time) => `at once, and within ${spell(time)} everywhere`],
  appeal: ['We decide an appeal', (time) => `within ${spell(time)}`],
  extend_appeal: [
    'Should that take longer, we tell you why, and take',
    (time) => `${spell(time)} more at most`,
  ],
};

export const HowLong = ({ shown: { times, pauses } }: { shown: ShownLaw }) => (
  <section aria-labelledby="how-long">
    <h2 id="how-long">How long it takes</h2>
    <dl className="facts times">
      {times.map((time) => {
        const [what, how] = SAYS[time.kind];
        return (
          <div key={time.kind} className="fact">
            <dt>{what}</dt>
            <dd>
              {how(time)}
              <WhereItStands fact={time.law} otherwise="The law here sets no time; we keep to this one." />
            </dd>
          </div>
        );
      })}
    </dl>
    {pauses.map(({ while: why, says, law }) => (
      <div key={why}>
        <p>{says}</p>
        <WhereItStands fact={law} />
      </div>
    ))}
    {pauses.length === 0 && (
      <p>The clock runs from the day on which your request is here, and never stops.</p>
    )}
  </section>
);

export function WhenRefused({ shown, policyEmail }: { shown: ShownLaw; policyEmail: string }) {
  const { grounds, appeal, regulator } = shown;
  return (
    <section aria-labelledby="refused">
      <h2 id="refused">If we refuse</h2>
      <p>
        We say why, by which rule, and what would change it. To appeal, answer that letter or write to{' '}
        <a href={`mailto:${policyEmail}`}>{policyEmail}</a>. Somebody else than before decides.
        {appeal.window !== null && ` ${appeal.window}.`}
      </p>
      {appeal.denied !== null && (
        <>
          <p>{appeal.denied}</p>
          <WhereItStands fact={appeal.law} />
        </>
      )}
      {regulator !== null && (
        <p>
          Who watches over it:{' '}
          <a href={regulator.url} rel="noreferrer external">
            {regulator.name}
          </a>
          . You need not appeal first to write there.
        </p>
      )}
      <details>
        <summary>On what grounds we may refuse; there are no others ({grounds.length})</summary>
        <ul className="rights">
          {grounds.map(({ id, says, wouldChange, law }) => (
            <li key={id}>
              <p>{says}</p>
              <p className="quiet">{wouldChange}</p>
              <WhereItStands fact={law} otherwise="By our policy" />
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
