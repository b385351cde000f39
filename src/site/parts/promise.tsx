/** What was seen of a promise: its state in a word, and the looks behind it. */
import type { ClauseStanding } from '../../control/verification/index.ts';
import { Moment } from './moment.tsx';

/** The worst first. */
export const STATES = ['broken', 'not-seen', 'not-built', 'off', 'kept'] as const;
export type State = (typeof STATES)[number];

const WORDS: Readonly<Record<State, string>> = {
  broken: 'broken',
  'not-seen': 'not seen yet',
  'not-built': 'not checked by a program',
  off: 'not switched on here',
  kept: 'kept',
};

export const stateOf = ({ verdict }: Pick<ClauseStanding, 'verdict'>): State => verdict ?? 'not-seen';

export const StateMark = ({ state }: { state: State }) => (
  <span className={`state ${state}`}>{WORDS[state]}</span>
);

export function Evidence({ clause }: { clause: ClauseStanding & { readonly promise: string } }) {
  const { id, promise, reason, checks } = clause;
  return (
    <section className="evidence" aria-label={id}>
      <p>
        <strong>{id}</strong>: {promise}
      </p>
      {checks.length === 0 && <p>{reason}</p>}
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
    </section>
  );
}
