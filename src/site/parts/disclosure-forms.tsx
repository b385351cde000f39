/** What is to be done with a demand for data, by how far it is. */
import { type Entered, ScopeFields, TextField, Upload } from './disclosure-fields.tsx';
import type { ShownCase } from './disclosure-words.ts';
import { Field } from './form.tsx';
import { Day } from './moment.tsx';

interface Props {
  readonly it: ShownCase;
  readonly entered: Entered;
}

export const CaseForms = ({ it, entered }: Props) => (
  <>
    {it.objections > 0 && <ReadObjections count={it.objections} />}
    {it.state === 'open' && <Prepare it={it} entered={entered} />}
    {it.state === 'prepared' && <Approve it={it} entered={entered} />}
    {it.isDue && <Build it={it} />}
    {it.files.some(({ role }) => role === 'package') && <BuildAgain />}
    {it.state === 'approved' && !it.isDue && it.discloseAt !== null && (
      <p className="note">
        Whom it is about was told, and may object until <Day date={it.discloseAt.slice(0, 10)} />. The package
        is made after that.
      </p>
    )}
    {it.state !== 'closed' && <Less it={it} entered={entered} />}
    {it.isGagged && <Silence it={it} entered={entered} />}
    {it.isHeld && (
      <form method="post">
        <button className="button second" type="submit" name="do" value="hold_end">
          End the hold now
        </button>
      </form>
    )}
  </>
);

const Do = ({ what, words, second }: { what: string; words: string; second?: boolean }) => (
  <button className={second ? 'button second' : 'button'} type="submit" name="do" value={what}>
    {words}
  </button>
);

const ReadObjections = ({ count }: { count: number }) => (
  <section className="note warn">
    <p>{count === 1 ? 'One person objects.' : `${count} people object.`} It is approved anew.</p>
    <form method="post">
      <Do what="objections" words="Read it" second />
    </form>
    <p className="quiet">The look goes into the record, and they see it.</p>
  </section>
);

type CheckName = keyof ShownCase['questions'];

const Prepare = ({ it, entered }: Props) => (
  <section className="form-page stack">
    <h2>Checklist</h2>
    <form method="post">
      {(Object.keys(it.questions) as CheckName[]).map((name) => (
        <fieldset key={name}>
          <legend>{it.questions[name]}</legend>
          <div className="field">
            <label htmlFor={name}>Answer</label>
            <select id={name} name={name} defaultValue={entered[name] ?? ''} required>
              <option value="">Choose</option>
              <option value="yes">Yes</option>
              <option value="no">No</option>
            </select>
          </div>
          <Field
            name={`note_${name}`}
            label="Why"
            defaultValue={entered[`note_${name}`]}
            maxLength={1000}
            autoComplete="off"
          />
        </fieldset>
      ))}
      <Do what="prepare" words="Hand it to a second person" />
    </form>
  </section>
);

const Approve = ({ it, entered }: Props) => (
  <section className="form-page stack">
    <h2>Approve it</h2>
    {it.hindrance === null ? (
      <form method="post">
        <p>
          You did not prepare it, and you have read the order.{' '}
          {it.isGagged || it.kind === 'emergency'
            ? 'Data can be handed over at once.'
            : `They are told first, and have ${it.objectionDays} days to object.`}
        </p>
        <Do what="approve" words="Approve" />
      </form>
    ) : (
      <p className="note warn">{it.hindrance}</p>
    )}
    <h3>Send it back</h3>
    <form method="post">
      <TextField name="reason" id="reason-back" label="Why" entered={entered.reason} required />
      <Do what="back" words="Send it back" second />
    </form>
  </section>
);

const Build = ({ it }: { it: ShownCase }) => (
  <section className="form-page stack">
    <h2>Hand it over</h2>
    <form method="post">
      <p>
        The package holds exactly this, straight from the data map, and is sealed for its recipient. From then
        on it counts as handed over. It can be downloaded for {it.packageDays} days.
      </p>
      <Do what="build" words="Make the package" />
    </form>
  </section>
);

const BuildAgain = () => (
  <form method="post">
    <p>Was the passphrase lost? A new package replaces this one, with another hash and passphrase.</p>
    <Do what="build" words="Make it again" second />
  </form>
);

const Less = ({ it, entered }: Props) => (
  <section className="form-page stack">
    <h2>Less, or nothing</h2>
    <details>
      <summary>Narrow it</summary>
      <form method="post">
        <ScopeFields
          categories={it.categories.map((each) => [each, it.allCategories[each]] as const)}
          entered={{ ...shownScope(it), ...entered }}
        />
        <TextField name="reason" id="reason-narrow" label="Why" entered={entered.reason} required />
        <Do what="narrow" words="Narrow it" second />
      </form>
    </details>
    <details>
      <summary>Refuse it</summary>
      <form method="post">
        <TextField
          name="reason"
          id="reason-refuse"
          label="Why"
          entered={entered.reason}
          help="Nothing is handed over, and the case is closed."
          required
        />
        <Do what="refuse" words="Refuse it" second />
      </form>
    </details>
  </section>
);

const DAY_MS = 86_400_000;
const shownScope = ({ categories, rangeFrom, rangeTo }: ShownCase): Entered => ({
  ...Object.fromEntries(categories.map((each) => [`category_${each}`, 'yes'])),
  from: rangeFrom?.slice(0, 10) ?? '',
  to: rangeTo === null ? '' : new Date(Date.parse(rangeTo) - DAY_MS).toISOString().slice(0, 10),
});

const Silence = ({ it, entered }: Props) => (
  <section className="form-page stack">
    <h2>Silence</h2>
    {it.gagNext !== null && (
      <form method="post">
        <p>
          Somebody proposes <Day date={it.gagNext.slice(0, 10)} /> as its end. Somebody else agrees, having
          read the document.
        </p>
        <Do what="gag_extend" words="Agree to it" />
      </form>
    )}
    <details>
      <summary>It is extended</summary>
      <form method="post" encType="multipart/form-data">
        <Field
          name="gag_next"
          label="May not be told before"
          type="date"
          defaultValue={entered.gag_next}
          required
        />
        <Upload name="file" label="The document that says so" required />
        <Do what="gag_propose" words="Propose it" second />
      </form>
    </details>
    <details>
      <summary>It is lifted</summary>
      <form method="post">
        <p>They are told at once.</p>
        <Do what="gag_lift" words="It is lifted" second />
      </form>
    </details>
  </section>
);
