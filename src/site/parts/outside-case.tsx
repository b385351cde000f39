/** One appeal as somebody from outside sees it, with the form that decides it. */
import type { OutsiderPages } from '../../control/requests/index.ts';
import { kindInWords } from './asks.ts';
import { Appealed } from './decide-request.tsx';
import { Field } from './form.tsx';
import { Day, Moment } from './moment.tsx';
import { DECISIONS, stepInWords } from './request-words.ts';

type OpenedOutside = Awaited<ReturnType<OutsiderPages['open']>>;

export function OutsideCase({ opened, endsAt }: { opened: OpenedOutside; endsAt: string }) {
  const { right, said, words, law, decision, ground, dueAt } = opened;
  return (
    <div className="stack prose">
      <h1>{kindInWords(right)}: the appeal</h1>
      <p className="lead">
        Decide it by <Day date={dueAt.slice(0, 10)} />; the invitation ends on <Moment iso={endsAt} /> UTC.
      </p>
      <h2>What was written</h2>
      <dl className="facts">
        <dt>In their words</dt>
        <dd className="breaks">{said.words ?? 'nothing'}</dd>
        {said.value !== null && (
          <>
            <dt>To be corrected to</dt>
            <dd className="breaks">{said.value}</dd>
          </>
        )}
        {words.map((each) => (
          <Step key={each.event + each.words} {...each} />
        ))}
      </dl>
      <h2>The first decision</h2>
      <dl className="facts">
        <dt>Decision</dt>
        <dd>{decision === null ? 'none' : DECISIONS[decision]}</dd>
        {ground !== null && (
          <>
            <dt>Ground</dt>
            <dd>{ground.name}</dd>
            <dt>Rule</dt>
            <dd>{ground.rule}</dd>
            <dt>What would change it</dt>
            <dd>{ground.change}</dd>
          </>
        )}
      </dl>
      <h2>The law beside it</h2>
      <ul>
        {law.map(({ says }) => (
          <li key={says}>{says}</li>
        ))}
      </ul>
      <Appealed right={right} items={opened.items} entered={{}}>
        <Field
          name="code"
          label="The next code of the app"
          autoComplete="one-time-code"
          inputMode="numeric"
          maxLength={10}
          required
          help="Each is taken once: wait for another than the one that opened this page."
        />
      </Appealed>
    </div>
  );
}

const Step = ({ event, words }: OpenedOutside['words'][number]) => (
  <>
    <dt>{stepInWords({ event, cause: 'system', state: 'closed', at: '' })}</dt>
    <dd className="breaks">{words}</dd>
  </>
);
