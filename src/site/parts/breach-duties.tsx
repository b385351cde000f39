/** Who has to be told of a breach: until when, by which law, and how far it is. */
import { PHASES } from '../../control/breach/words.ts';
import type { ShownBreach, ShownDuty } from './breach-words.ts';
import { count } from './format.ts';
import { Moment } from './moment.tsx';
import { WhereItStands } from './where-it-stands.tsx';

export const Duties = ({ it }: { it: ShownBreach }) => (
  <section className="stack">
    <h2>Who has to be told</h2>
    {it.risk === 'unknown' && <p className="quiet">Until the risk is assessed, it counts as the highest.</p>}
    {it.duties.length === 0 && <p>By what is known, and by the law that our tables hold, nobody.</p>}
    {it.duties.map((duty) => (
      <DutyCard key={duty.key} duty={duty} />
    ))}
    {it.withoutLaw.length > 0 && (
      <p className="note warn">
        Our tables hold no law on this for: {it.withoutLaw.join(', ')}. That does not mean that there is none.
      </p>
    )}
  </section>
);

const STATES: Readonly<Record<ShownDuty['state'], readonly [words: string, tone: string]>> = {
  open: ['to be told', 'warn'],
  partly: ['told a part', 'warn'],
  told: ['told', 'good'],
  not_told: ['not told', ''],
};

const DutyCard = ({ duty }: { duty: ShownDuty }) => {
  const [words, tone] = STATES[duty.state];
  return (
    <article className="card stack">
      <h3>
        {duty.who}{' '}
        <span className={`tag ${duty.isOverdue ? 'bad' : tone}`.trim()}>
          {duty.isOverdue ? 'overdue' : words}
        </span>
      </h3>
      <p>
        {duty.placeName}, {count(duty.people)} {duty.people === 1 ? 'person' : 'people'}. By{' '}
        <strong>
          <Moment iso={duty.dueAt} />
        </strong>{' '}
        (UTC){duty.isOurs && ', which is our own time: the law says no number'}.
      </p>
      <p>{duty.says}</p>
      <WhereItStands
        fact={{
          citation: duty.citation,
          known: duty.known,
          ...(duty.source !== null && { source: duty.source }),
        }}
      />
      {duty.told.map(({ phase, on, reference, late }) => (
        <p key={phase + on} className="breaks">
          Told on <Moment iso={on} />: {PHASES[phase]}.{reference !== '' && ` Their reference: ${reference}.`}
          {late !== '' && ` Late because: ${late}`}
        </p>
      ))}
      {duty.reason !== null && <p className="breaks">Not told because: {duty.reason}</p>}
    </article>
  );
};
