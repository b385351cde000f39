/** What a page's loader gets from control, by React Router's context. */
import { createContext } from 'react-router';
import type { PageParts } from '../control/page-parts.ts';

export interface SiteContext {
  readonly parts: PageParts;
  /** For inline scripts of this answer. */
  readonly nonce: string;
  /** Tells of a fault of ours; its message goes nowhere. */
  readonly onFault: (error: unknown) => void;
}

export const siteContext = createContext<SiteContext>();
