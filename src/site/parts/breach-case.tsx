/** A breach as it stands: its stages, what is known, and its rows. */
import { AFFECTED, CLASSES, GROUPS, NATURES, READABLE, RISKS } from '../../control/breach/words.ts';
import { EVENTS, type ShownBreach, STAGES } from './breach-words.ts';
import { count } from './format.ts';
import { Moment } from './moment.tsx';
import { StepTable } from './step-table.tsx';

type Props = { readonly it: ShownBreach };

export const Stages = ({ it }: Props) => (
  <dl className="facts">
    {it.stages.map(({ stage, done, at }) => (
      <div key={stage} className="fact">
        <dt>{STAGES[stage]}</dt>
        <dd>
          <span className={done ? 'tag good' : 'tag'}>{done ? 'done' : 'not yet'}</span>{' '}
          {at !== null && <Moment iso={at} />}
        </dd>
      </div>
    ))}
  </dl>
);

const listed = (words: readonly string[]): string =>
  words.length === 0 ? 'not known yet' : words.join('; ');
const orOpen = (words: string): string => (words === '' ? 'not known yet' : words);

export const BreachFacts = ({ it: { facts, found } }: Props) => (
  <section className="stack">
    <h2>What is known</h2>
    <dl className="facts">
      <dt>What happened</dt>
      <dd className="breaks">{facts.happened}</dd>
      <dt>What it did</dt>
      <dd>{listed(facts.natures.map((each) => NATURES[each]))}</dd>
      <dt>Whose data</dt>
      <dd>{listed(facts.groups.map((each) => GROUPS[each]))}</dd>
      <dt>How many</dt>
      <dd>
        {listed(facts.places.map((each) => `${each.place} ${count(each.count)}`))}
        {facts.records > 0 && `; about ${count(facts.records)} records`}
      </dd>
      <dt>Kinds of data</dt>
      <dd>{listed(facts.classes.map((each) => CLASSES[each]))}</dd>
      <dt>Readable</dt>
      <dd>{READABLE[facts.readable]}</dd>
      <dt>Risk</dt>
      <dd className="breaks">
        {RISKS[facts.risk]}
        {facts.riskWhy !== '' && `: ${facts.riskWhy}`}
      </dd>
      <dt>Consequences</dt>
      <dd className="breaks">{orOpen(facts.consequences)}</dd>
      <dt>Measures</dt>
      <dd className="breaks">{orOpen(facts.measures)}</dd>
      <dt>Who is written to</dt>
      <dd>
        {AFFECTED[facts.affected]}
        {facts.affected === 'named' && `: ${facts.named.length} named, ${found} found`}
      </dd>
    </dl>
  </section>
);

export const BreachHistory = ({ it }: Props) => (
  <StepTable
    title="Rows"
    note="Nothing here is changed or taken away; each is an entry of the record."
    steps={it.steps.map((step) => ({ ...step, key: step.id, what: EVENTS[step.event] }))}
  />
);
