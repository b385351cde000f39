/** What was seen of a promise: its state in a word, and the looks behind it. */
import type { ShownClause } from '../../control/verification/explanations.ts';
import type { ClauseStanding } from '../../control/verification/index.ts';
import { Moment } from './moment.tsx';

/** The worst first. */
export const STATES = ['broken', 'not-seen', 'not-built', 'off', 'attested', 'kept'] as const;
export type State = (typeof STATES)[number];

const WORDS: Readonly<Record<State, string>> = {
  broken: 'broken',
  'not-seen': 'not seen yet',
  'not-built': 'not checked by a program',
  off: 'not switched on here',
  attested: 'somebody answers for it',
  kept: 'kept',
};

export const stateOf = ({ verdict }: Pick<ClauseStanding, 'verdict'>): State => verdict ?? 'not-seen';

export const StateMark = ({ state }: { state: State }) => (
  <span className={`state ${state}`}>{WORDS[state]}</span>
);

export const unseen = (id: string): ShownClause => ({
  id,
  verdict: null,
  reason: 'Nobody looks here.',
  checks: [],
  days: [],
  explanation: null,
});

interface EvidenceProps {
  readonly clause: ShownClause & { readonly promise: string };
  /** With a link to the page of its own. */
  readonly more?: boolean;
}

export function Evidence({ clause, more = false }: EvidenceProps) {
  const { id, promise, reason, checks, days, explanation } = clause;
  return (
    <section className="evidence" aria-label={id}>
      {more && (
        <p>
          <strong>{id}</strong>: {promise}
        </p>
      )}
      {checks.length === 0 ? <p>{reason}</p> : <Days days={days} />}
      {explanation !== null && (
        <p className="note warn breaks">
          Whoever runs this says, since <Moment iso={explanation.at} />: {explanation.words}
        </p>
      )}
      {checks.map(({ id: check, probe, verdict, observed, at, ms }) => (
        <dl className="facts" key={check}>
          <dt>Look</dt>
          <dd>{probe}</dd>
          <dt>Seen</dt>
          <dd>
            <StateMark state={verdict} /> {observed}
          </dd>
          <dt>When</dt>
          <dd>
            <Moment iso={at} />, in {ms.toLocaleString('en')} ms
          </dd>
        </dl>
      ))}
      {more && (
        <p>
          <a href={`/privacy/promises/${id}`}>
            What keeps it, and how to check it<span className="unseen">: {id}</span>
          </a>
        </p>
      )}
    </section>
  );
}

/** The last days as a strip, each in the colour of the worst that was seen; in words for who does not see it. */
function Days({ days }: Pick<ClauseStanding, 'days'>) {
  const of = (verdict: ClauseStanding['days'][number]) => days.filter((day) => day === verdict).length;
  const words = [
    [of('kept') + of('attested'), 'kept or answered for'],
    [of('broken'), 'broken'],
    [of('off'), 'switched off'],
    [of(null), 'not looked at'],
  ] as const;
  const said = words.flatMap(([n, what]) => (n === 0 ? [] : [`${n} ${what}`])).join(', ');
  return (
    <p className="promise-days">
      <span aria-hidden="true">
        {days.map((day, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: days have no other name
          <i key={at} className={day ?? 'not-seen'} />
        ))}
      </span>{' '}
      <span className="quiet">
        The last {days.length} days: {said}.
      </span>
    </p>
  );
}
