/** Asks the browser for a passkey, or has one made. Browsers do that for scripts only; where there is none, it says so. */
import type { ReactNode } from 'react';

interface PasskeyFormProps {
  readonly act: 'sign-in' | 'confirm' | 'make';
  /** The page that it leads to. */
  readonly next: string;
  /** On the button. */
  readonly label: string;
  readonly second?: boolean;
  readonly children?: ReactNode;
}

export const PasskeyForm = ({ act, next, label, second = false, children }: PasskeyFormProps) => (
  <>
    <form data-passkey={act} data-next={next} hidden>
      <p className="note bad" role="alert" hidden />
      {children}
      <button className={second ? 'button second' : 'button'} type="submit">
        {label}
      </button>
    </form>
    <noscript>
      <p className="aside">Browsers use passkeys only where JavaScript is on.</p>
    </noscript>
    <script src="/passkey.js" defer />
  </>
);
