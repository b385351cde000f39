/** What a page's loader gets from control, by React Router's context. */
import { createContext } from 'react-router';
import type { Asking, Choices } from '../control/consent/for-pages.ts';
import type { PageParts } from '../control/page-parts.ts';
import type { Caller, SignedIn } from '../control/sign-in/index.ts';

export interface SiteContext {
  readonly parts: PageParts;
  /** For inline scripts of this answer. */
  readonly nonce: string;
  readonly caller: Caller;
  /** Who is signed in; looked up once, when it is first asked. */
  readonly who: () => Promise<SignedIn | null>;
  /** Set where a form was refused: its page is shown again, with what was entered. */
  refused: boolean;
  /** What may be done for whoever asks; found out once, when it is first asked. */
  readonly choices: () => Promise<Choices>;
  /** Whose choices a form or a page is about. */
  readonly asking: () => Promise<Asking>;
  /** Set-Cookie headers that the answer will carry. */
  readonly setCookies: string[];
  /** Tells of a fault of ours; its message goes nowhere. */
  readonly onFault: (error: unknown) => void;
}

export const siteContext = createContext<SiteContext>();
