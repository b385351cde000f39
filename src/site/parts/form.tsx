/** Pieces of forms: each field with its label, its help, and what was entered before. */
import type { ComponentProps, ReactNode } from 'react';
import { CONFIRM_PAGE } from '../places.ts';
import type { Refused } from '../session.ts';

interface FieldProps extends Omit<ComponentProps<'input'>, 'id'> {
  readonly name: string;
  readonly label: string;
  readonly help?: ReactNode;
}

export function Field({ name, label, help, ...input }: FieldProps) {
  const helpId = `${name}-help`;
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <input id={name} name={name} aria-describedby={help === undefined ? undefined : helpId} {...input} />
      {help !== undefined && (
        <p className="help" id={helpId}>
          {help}
        </p>
      )}
    </div>
  );
}

/** The number of this page, by which the same form sent twice is known; `of`: the loader's, or what a refused form had. */
export const Once = ({ of }: { of: string }) => <input type="hidden" name="once" value={of} />;

/** A password that is set now. */
export const NewPassword = ({
  label = 'Password',
  help = LONG_IS_BETTER,
  required = true,
}: {
  label?: string;
  help?: string;
  required?: boolean;
}) => (
  <Field
    name="password"
    label={label}
    type="password"
    autoComplete="new-password"
    required={required}
    help={help}
  />
);
const LONG_IS_BETTER = 'Long is better than odd: a few words that you do not use elsewhere.';

/** What everybody agrees to, in the versions that are shown (SCOPE-2, CHILD-1). */
export function Agreements({
  documents,
}: {
  documents: { readonly policy: string; readonly terms: string };
}) {
  return (
    <>
      <input type="hidden" name="policy" value={documents.policy} />
      <input type="hidden" name="terms" value={documents.terms} />
      <Box name="adult">I am 18 or over.</Box>
      <Box name="agreed">
        I agree to the <a href={`/privacy/versions/${documents.policy}`}>privacy policy</a> and the{' '}
        <a href="/terms">terms</a>.
      </Box>
    </>
  );
}

function Box({ name, children }: { name: string; children: ReactNode }) {
  return (
    <label className="box-line">
      <input type="checkbox" name={name} value="yes" required />
      <span>{children}</span>
    </label>
  );
}

/** What was refused, and what to do; heard by screen readers at once. */
export function Problem({ refused }: { refused: Refused | undefined }) {
  if (refused === undefined) return null;
  return (
    <p className="note bad" role="alert">
      {refused.problem.message}
      {refused.problem.code === 'not_fresh' && (
        <>
          {' '}
          {/* In a tab of its own: what was entered here stays. */}
          <a href={CONFIRM_PAGE} target="_blank" rel="noopener">
            Confirm it in a new tab
          </a>
          , then send this form again.
        </>
      )}
    </p>
  );
}

/** A page that is one form. */
export function FormPage({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="form-page stack">
      <h1>{title}</h1>
      {lead !== undefined && <p className="lead">{lead}</p>}
      {children}
    </div>
  );
}
