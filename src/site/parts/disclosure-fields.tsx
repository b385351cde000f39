/** Fields that forms about demands for data share. */
import type { ReactNode } from 'react';
import { Field } from './form.tsx';

export type Entered = Readonly<Record<string, string>>;

interface TextProps {
  readonly name: string;
  readonly label: string;
  readonly rows?: number;
  readonly help?: ReactNode;
  readonly entered?: string | undefined;
  readonly required?: boolean;
  readonly id?: string;
}

export function TextField({ name, label, rows = 3, help, entered, required, id = name }: TextProps) {
  const helpId = `${id}-help`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        name={name}
        rows={rows}
        defaultValue={entered}
        required={required}
        aria-describedby={help === undefined ? undefined : helpId}
      />
      {help !== undefined && (
        <p className="help" id={helpId}>
          {help}
        </p>
      )}
    </div>
  );
}

interface ScopeProps {
  /** Those that can be chosen. */
  readonly categories: readonly (readonly [string, string])[];
  readonly entered: Entered;
}

export const ScopeFields = ({ categories, entered }: ScopeProps) => (
  <>
    <fieldset>
      <legend>Kinds of data</legend>
      {categories.map(([name, words]) => (
        <label key={name} className="box-line">
          <input
            type="checkbox"
            name={`category_${name}`}
            value="yes"
            defaultChecked={entered[`category_${name}`] === 'yes'}
          />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
    <Field
      name="from"
      label="Data since"
      type="date"
      defaultValue={entered.from}
      help="The first day (UTC). Empty: from the beginning."
    />
    <Field
      name="to"
      label="Data until"
      type="date"
      defaultValue={entered.to}
      help="The last day (UTC). Empty: until the answer."
    />
  </>
);

const UPLOAD = 'A PDF, JPEG, PNG, ZIP or plain text file of 10 MB at most.';
export const Upload = ({ name, label, required }: { name: string; label: string; required?: boolean }) => (
  <Field name={name} label={label} type="file" help={UPLOAD} required={required} />
);
