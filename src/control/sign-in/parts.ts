/** What the ways in work with; made once, where control starts. */
import type { Db } from '../../store/database.ts';
import type { Store } from '../../store/store.ts';
import type { Notices } from '../notices/index.ts';
import type { Services } from '../services.ts';
import type { Library } from './library.ts';
import type { SignInLimits } from './limits.ts';
import type { Provider } from './providers/provider.ts';
import type { ProviderSettings } from './providers/settings.ts';

export const SIGN_UP_MODES = ['open', 'invite', 'domains', 'closed'] as const;

/** What is agreed to, as it is at the moment of asking. */
export interface AgreedDocuments {
  /** The versions in force. */
  readonly policy: string;
  readonly terms: string;
  /** Whether who agreed to that version is not asked again: nothing significant changed since. */
  isEnough(to: 'policy' | 'terms', version: string): boolean;
}

export interface SignInSettings {
  /** Public address of the site: links, cookies, origins and passkeys follow from it, never from `Host`. */
  readonly siteUrl: string;
  readonly signUp: {
    readonly mode: (typeof SIGN_UP_MODES)[number];
    /** For `domains`: whose addresses may sign up, lower case. */
    readonly domains: readonly string[];
    /** Micro-dollars for whoever signed up and confirmed their address; 0: none. */
    readonly credit: number;
  };
  /** Who else people may sign in by; ids are unique. */
  readonly providers: readonly ProviderSettings[];
  readonly documents: AgreedDocuments;
}

export interface SignInParts {
  readonly services: Services;
  /** Works as `kept_sign_in`: who asks is found out by it, before anybody is signed in. */
  readonly finding: Db;
  readonly store: Store;
  readonly notices: Notices;
  readonly limits: SignInLimits;
  readonly settings: SignInSettings;
  readonly library: Library;
  /** By id, in the order of the configuration. */
  readonly providers: ReadonlyMap<string, Provider>;
  readonly now: () => number;
}
