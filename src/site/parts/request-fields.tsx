/** Fields that several forms about requests have: what is asked, what somebody writes, the ground of a refusal. */
import type { ReactNode } from 'react';
import { ASK_GROUPS, ASK_NAMES } from './asks.ts';

/** As many as the forms' checks let through. */
const WORDS_CHARACTERS_MAX = 4000;

interface WordsFieldProps {
  readonly label: string;
  readonly id?: string;
  readonly rows?: number;
  readonly help?: ReactNode;
  readonly entered?: string | undefined;
  readonly required?: boolean;
}

export function WordsField({ label, id = 'words', rows = 5, help, entered, required }: WordsFieldProps) {
  const helpId = `${id}-help`;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        name="words"
        rows={rows}
        maxLength={WORDS_CHARACTERS_MAX}
        defaultValue={entered}
        aria-describedby={help === undefined ? undefined : helpId}
        required={required}
      />
      {help !== undefined && (
        <p className="help" id={helpId}>
          {help}
        </p>
      )}
    </div>
  );
}

interface RightFieldProps {
  readonly label: string;
  /** What is chosen at first; left out: the first. */
  readonly entered?: string | undefined;
  /** Options before the rights. */
  readonly children?: ReactNode;
}

export const RightField = ({ label, entered, children }: RightFieldProps) => (
  <div className="field">
    <label htmlFor="right">{label}</label>
    <select id="right" name="right" defaultValue={entered} required>
      {children}
      {ASK_GROUPS.map(({ name, asks }) => (
        <optgroup key={name} label={name}>
          {asks.map((right) => (
            <option key={right} value={right}>
              {ASK_NAMES[right].name}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  </div>
);

interface LanguageFieldProps {
  readonly languages: readonly { readonly code: string; readonly name: string }[];
  readonly entered: string | undefined;
}

/** Nothing where there is one only. */
export const LanguageField = ({ languages, entered }: LanguageFieldProps) =>
  languages.length < 2 ? null : (
    <div className="field">
      <label htmlFor="language">Language of our letters</label>
      <select id="language" name="language" defaultValue={entered}>
        {languages.map(({ code, name }) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );

interface GroundFieldProps {
  readonly label: string;
  /** What is said where there is none. */
  readonly none: string;
  readonly grounds: readonly { readonly code: string; readonly name: string }[];
  readonly entered: string | undefined;
}

export const GroundField = ({ label, none, grounds, entered = '' }: GroundFieldProps) => (
  <div className="field">
    <label htmlFor="ground">{label}</label>
    <select id="ground" name="ground" defaultValue={entered}>
      <option value="">{none}</option>
      {grounds.map(({ code, name }) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </select>
  </div>
);
