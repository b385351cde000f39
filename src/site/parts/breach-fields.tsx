/** The fields of what is known of a breach. */
import { AFFECTED, CLASSES, GROUPS, NATURES, READABLE, RISKS } from '../../control/breach/words.ts';
import { type Entered, TextField } from './disclosure-fields.tsx';
import { Field } from './form.tsx';

interface Props {
  readonly entered: Entered;
}

export const FactFields = ({ entered }: Props) => (
  <>
    <Field
      name="aware"
      label="When we became aware (UTC)"
      type="datetime-local"
      defaultValue={entered.aware}
      help="With reasonable certainty that personal data were affected. All clocks begin here. Empty: now."
    />
    <TextField
      name="happened"
      label="What happened"
      rows={4}
      entered={entered.happened}
      required
      help="What is known so far. Both notices begin with it: plain words, and nobody’s name."
    />
    <Boxes legend="What it did to data" list="nature" words={NATURES} entered={entered} />
    <Boxes legend="Whose data" list="group" words={GROUPS} entered={entered} />
    <TextField
      name="places"
      label="How many people, by place"
      rows={4}
      entered={entered.places}
      help="A place and a number on each line, such as “US-CA 120”, “FR 12” or “unsaid 40”. Who did not say where they live counts with the Union, whose time is the shortest."
    />
    <Field
      name="records"
      label="About how many records"
      inputMode="numeric"
      defaultValue={entered.records}
      autoComplete="off"
    />
    <Boxes legend="Kinds of data" list="class" words={CLASSES} entered={entered} />
    <Choice name="readable" label="Whether they can be read" words={READABLE} entered={entered} />
    <Choice name="risk" label="Risk for people" words={RISKS} entered={entered} />
    <TextField name="risk_why" label="Why" entered={entered.risk_why} />
    <TextField name="consequences" label="Likely consequences" entered={entered.consequences} />
    <TextField name="measures" label="What is done about it" entered={entered.measures} />
    <TextField name="advice" label="What people can do" entered={entered.advice} />
    <Field
      name="contact"
      label="Where more can be asked"
      defaultValue={entered.contact}
      maxLength={500}
      autoComplete="off"
      help="Empty: your data protection officer, or the policy address."
    />
    <Choice name="affected" label="Who is written to" words={AFFECTED} entered={entered} />
    <TextField
      name="named"
      label="Whom it affects"
      rows={4}
      entered={entered.named}
      help="A line for each: an e-mail address, or the id of an account like acct_…"
    />
  </>
);

interface ListProps extends Props {
  readonly words: Readonly<Record<string, string>>;
}

const Boxes = ({ legend, list, words, entered }: ListProps & { legend: string; list: string }) => (
  <fieldset>
    <legend>{legend}</legend>
    {Object.entries(words).map(([word, said]) => (
      <label key={word} className="box-line">
        <input
          type="checkbox"
          name={`${list}_${word}`}
          value="yes"
          defaultChecked={entered[`${list}_${word}`] === 'yes'}
        />
        <span>{said}</span>
      </label>
    ))}
  </fieldset>
);

const Choice = ({ name, label, words, entered }: ListProps & { name: string; label: string }) => (
  <div className="field">
    <label htmlFor={name}>{label}</label>
    <select id={name} name={name} defaultValue={entered[name] || Object.keys(words)[0]}>
      {Object.entries(words).map(([word, said]) => (
        <option key={word} value={word}>
          {said}
        </option>
      ))}
    </select>
  </div>
);
