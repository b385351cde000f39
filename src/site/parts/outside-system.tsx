/** A system outside Kept at the desk: the form that says what it is, and the same in words. */
import type { OutsideDesk } from '../../control/outside/index.ts';
import { Field, Once } from './form.tsx';

type FormNeeds = Awaited<ReturnType<OutsideDesk['form']>>;
export type ShownSystem = Awaited<ReturnType<OutsideDesk['systems']>>['systems'][number];
type Lists = FormNeeds['lists'];
type Entered = Readonly<Record<string, string>>;

interface SystemFormProps extends FormNeeds {
  readonly entered: Entered;
  readonly button: string;
  /** Sent with it, where the page has several forms. */
  readonly what: string;
  /** Of one that makes something new. */
  readonly once?: string;
}

/** What was ticked and written, as the form sends it. */
export const enteredOf = (system: ShownSystem): Entered => ({
  name: system.name,
  kind: system.kind,
  finding: system.finding,
  owner: system.owner?.id ?? '',
  ...Object.fromEntries(system.classes.map((each) => [`class_${each}`, 'yes'])),
  ...Object.fromEntries(system.holds.map((each) => [`holds_${each}`, 'yes'])),
  ...Object.fromEntries(system.uses.map((each) => [`use_${each}`, 'yes'])),
});

export const SystemForm = ({ lists, owners, entered, button, what, once }: SystemFormProps) => (
  <form method="post">
    {once !== undefined && <Once of={once} />}
    <Field
      name="name"
      label="What you call it"
      defaultValue={entered.name}
      maxLength={80}
      autoComplete="off"
      required
      help="People whom it may hold read this name in answers and receipts. Name nobody in it."
    />
    <div className="field">
      <label htmlFor="kind">What it is</label>
      <select id="kind" name="kind" defaultValue={entered.kind || 'crm'}>
        {Object.entries(lists.kinds).map(([kind, words]) => (
          <option key={kind} value={kind}>
            {words}
          </option>
        ))}
      </select>
    </div>
    <Boxes legend="Whom it may hold" prefix="holds_" list={lists.holds} entered={entered} />
    <Boxes legend="Kinds of data in it" prefix="class_" list={lists.classes} entered={entered} />
    <Boxes
      legend="What its data are used for, of what people can opt out of"
      prefix="use_"
      list={lists.uses}
      entered={entered}
    />
    <div className="field">
      <label htmlFor="owner">Who looks after it</label>
      <select id="owner" name="owner" defaultValue={entered.owner ?? ''} aria-describedby="owner-help">
        <option value="">Whoever decides about requests</option>
        {owners.map(({ id, words }) => (
          <option key={id} value={id}>
            {words}
          </option>
        ))}
      </select>
      <p className="help" id="owner-help">
        They get the tasks. When they have no role any more, whoever decides about requests does them.
      </p>
    </div>
    <div className="field">
      <label htmlFor="finding">How one finds somebody in it</label>
      <textarea
        id="finding"
        name="finding"
        rows={4}
        maxLength={2000}
        defaultValue={entered.finding}
        aria-describedby="finding-help"
        required
      />
      <p className="help" id="finding-help">
        For whoever does a task: where to search, by what, and where copies lie. Name nobody in it.
      </p>
    </div>
    <button className="button" type="submit" name="do" value={what}>
      {button}
    </button>
  </form>
);

interface BoxesProps {
  readonly legend: string;
  readonly prefix: string;
  readonly list: Readonly<Record<string, string>>;
  readonly entered: Entered;
}

const Boxes = ({ legend, prefix, list, entered }: BoxesProps) => (
  <fieldset>
    <legend>{legend}</legend>
    {Object.entries(list).map(([word, words]) => (
      <label key={word} className="box-line">
        <input
          type="checkbox"
          name={prefix + word}
          value="yes"
          defaultChecked={entered[prefix + word] === 'yes'}
        />
        <span>{words}</span>
      </label>
    ))}
  </fieldset>
);

const inWords = (words: readonly string[], list: Readonly<Record<string, string>>): string =>
  words.map((word) => list[word] ?? word).join('; ');

export const Owner = ({ of }: { of: ShownSystem['owner'] }) =>
  of === null ? (
    <>
      whoever decides about requests <span className="tag warn">no owner</span>
    </>
  ) : (
    of.words
  );

export const SystemFacts = ({ system, lists }: { system: ShownSystem; lists: Lists }) => (
  <dl className="facts">
    <dt>What it is</dt>
    <dd>{lists.kinds[system.kind]}</dd>
    <dt>Whom it may hold</dt>
    <dd>{inWords(system.holds, lists.holds)}</dd>
    <dt>Kinds of data in it</dt>
    <dd>{inWords(system.classes, lists.classes)}</dd>
    <dt>Used for</dt>
    <dd>
      {system.uses.length === 0 ? 'nothing that people can opt out of' : inWords(system.uses, lists.uses)}
    </dd>
    <dt>Looked after by</dt>
    <dd>
      <Owner of={system.owner} />
    </dd>
    <dt>How one finds somebody in it</dt>
    <dd className="breaks">{system.finding}</dd>
  </dl>
);
