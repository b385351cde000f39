/** What is to be done with a breach, by how far it is. */
import { NOTICES, PHASES } from '../../control/breach/words.ts';
import { FactFields } from './breach-fields.tsx';
import { proposalWords, type ShownBreach } from './breach-words.ts';
import { type Entered, TextField } from './disclosure-fields.tsx';
import { Field } from './form.tsx';
import { Day } from './moment.tsx';

interface Props {
  readonly it: ShownBreach;
  /** Of the form that was refused. */
  readonly entered: Entered;
}

const Do = ({ what, words, second }: { what: string; words: string; second?: boolean }) => (
  <button className={second ? 'button second' : 'button'} type="submit" name="do" value={what}>
    {words}
  </button>
);

export const BreachForms = (props: Props) =>
  props.it.closedAt !== null ? null : (
    <section className="form-page stack">
      <h2>Go on with it</h2>
      <Waiting {...props} />
      <Told {...props} />
      {(['authority', 'people'] as const).map((notice) => (
        <Draft key={notice} notice={notice} {...props} />
      ))}
      <Correct {...props} />
      {props.it.proposed === null && <Proposals {...props} />}
    </section>
  );

function Waiting({ it, entered }: Props) {
  if (it.proposed === null) return null;
  const { id, words, isYours, at } = it.proposed;
  return (
    <section className="note warn stack">
      <p>
        {isYours ? 'You propose' : 'Somebody proposes'} <strong>{proposalWords(it)}</strong>, since{' '}
        <Day date={at.slice(0, 10)} />:
      </p>
      <blockquote className="breaks said">{words}</blockquote>
      {isYours ? (
        <p>Somebody else agrees to it, or not.</p>
      ) : (
        <form method="post">
          <input type="hidden" name="of" value={id} />
          <Do what="agree" words="Agree to it" />
        </form>
      )}
      <form method="post">
        <input type="hidden" name="of" value={id} />
        <TextField name="words" id="words-decline" label="Why not" entered={entered.words} required />
        <Do what="decline" words={isYours ? 'Take it back' : 'Decline it'} second />
      </form>
    </section>
  );
}

const DutyField = ({ it, id, entered }: Props & { id: string }) => (
  <div className="field">
    <label htmlFor={id}>Who</label>
    <select id={id} name="duty" defaultValue={entered.duty} required>
      <option value="">Choose</option>
      {it.duties.map(({ key, who, placeName }) => (
        <option key={key} value={key}>
          {who} ({placeName})
        </option>
      ))}
    </select>
  </div>
);

const Told = ({ it, entered }: Props) =>
  it.duties.length === 0 ? null : (
    <details>
      <summary>Somebody was told</summary>
      <form method="post">
        <DutyField it={it} id="duty-told" entered={entered} />
        <div className="field">
          <label htmlFor="phase">How much of it</label>
          <select id="phase" name="phase" defaultValue={entered.phase}>
            {Object.entries(PHASES).map(([phase, words]) => (
              <option key={phase} value={phase}>
                {words}
              </option>
            ))}
          </select>
        </div>
        <Field
          name="on"
          label="When (UTC)"
          type="datetime-local"
          defaultValue={entered.on}
          help="Empty: now."
        />
        <Field
          name="reference"
          label="Their reference"
          maxLength={200}
          defaultValue={entered.reference}
          autoComplete="off"
        />
        <TextField
          name="late"
          label="Why it was late"
          entered={entered.late}
          help="Where it is after the time that stands above (GDPR, Article 33(1))."
        />
        <Do what="told" words="Enter that they were told" />
      </form>
    </details>
  );

const Draft = ({ it, notice }: Props & { notice: keyof typeof NOTICES }) => (
  <details>
    <summary>{NOTICES[notice]}</summary>
    <form method="post">
      <input type="hidden" name="notice" value={notice} />
      <TextField
        name="words"
        id={`words-${notice}`}
        label={NOTICES[notice]}
        rows={16}
        entered={it.drafts[notice]}
        help="As it follows from what is known, or as somebody wrote it last. Write it over; it stays here, and goes nowhere by itself."
        required
      />
      <Do what="draft" words="Keep it" second />
    </form>
  </details>
);

const Correct = ({ it, entered }: Props) => (
  <details>
    <summary>Correct what is known</summary>
    <form method="post">
      <FactFields entered={entered.happened ? entered : fieldsOf(it)} />
      <Do what="correct" words="Write it anew" second />
    </form>
  </details>
);

const ticked = (list: string, words: readonly string[]): Entered =>
  Object.fromEntries(words.map((word) => [`${list}_${word}`, 'yes']));

const fieldsOf = ({ facts }: ShownBreach): Entered => ({
  aware: facts.aware.slice(0, 19),
  happened: facts.happened,
  ...ticked('nature', facts.natures),
  ...ticked('group', facts.groups),
  places: facts.places.map(({ place, count }) => `${place} ${count}`).join('\n'),
  records: String(facts.records),
  ...ticked('class', facts.classes),
  readable: facts.readable,
  risk: facts.risk,
  risk_why: facts.riskWhy,
  consequences: facts.consequences,
  measures: facts.measures,
  advice: facts.advice,
  contact: facts.contact,
  affected: facts.affected,
  named: facts.named.join('\n'),
});

const Proposals = ({ it, entered }: Props) => (
  <>
    <h3>With a second person</h3>
    {it.duties.length > 0 && (
      <details>
        <summary>Somebody is not told</summary>
        <form method="post">
          <input type="hidden" name="what" value="not_told" />
          <DutyField it={it} id="duty-not-told" entered={entered} />
          <TextField
            name="words"
            id="words-not-told"
            label="Why not"
            entered={entered.words}
            help="It stays in the register, for whoever asks."
            required
          />
          <Do what="propose" words="Propose it" second />
        </form>
      </details>
    )}
    {it.hindrances.tell === null && (
      <details>
        <summary>Tell the people by mail</summary>
        <form method="post">
          <input type="hidden" name="what" value="tell_people" />
          <TextField
            name="words"
            id="words-tell"
            label="What they are told"
            rows={16}
            entered={it.drafts.people}
            help="Everybody affected gets it once, and finds it in their profile."
            required
          />
          <Do what="propose" words="Propose it" second />
        </form>
      </details>
    )}
    {it.hindrances.close === null ? (
      <details>
        <summary>Close it</summary>
        <form method="post">
          <input type="hidden" name="what" value="close" />
          <TextField
            name="words"
            id="words-close"
            label="What was learned"
            entered={entered.words}
            required
          />
          <Do what="propose" words="Propose it" second />
        </form>
      </details>
    ) : (
      <p className="quiet">It cannot be closed yet. {it.hindrances.close}</p>
    )}
  </>
);
