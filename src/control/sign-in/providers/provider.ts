/** What a provider does for us, whichever protocol it speaks: asks somebody who they are, and tells us. */
import type { ProviderSettings } from './settings.ts';

/** Random values that tie an answer to its question; none is used twice. */
export interface Challenge {
  readonly state: string;
  /** In the ID token (OpenID Connect Core, 3.1.2.1). */
  readonly nonce: string;
  /** PKCE (RFC 7636). */
  readonly verifier: string;
}

/** Who came back, as the provider says; nothing of it is believed beyond the provider itself. */
export interface Identity {
  /** Its id of the person, which no other person gets. */
  readonly subject: string;
  /** Normalised; null: none, or the provider does not say that it is confirmed. */
  readonly email: string | null;
  /** Null: none that can be one here. */
  readonly name: string | null;
  /** Of the claim that the configuration names. */
  readonly groups: readonly string[];
  /** It says that more than one factor was asked for. */
  readonly multiFactor: boolean;
  /** When they typed in their password there, milliseconds since 1970; null: it does not say. */
  readonly shownAt: number | null;
}

export interface Provider {
  readonly settings: ProviderSettings;
  /** Its place in the configuration. */
  readonly number: number;
  /** Whether it can be told to ask for the password again, and says when that was. */
  readonly confirms: boolean;
  /** Where the browser goes. `again`: the password is to be asked for, however lately it was. Throws `ProviderFailed`. */
  authorizationUrl(challenge: Challenge, options: { readonly again: boolean }): Promise<URL>;
  /** `back`: the address that the browser came back to, with its query. Throws `ProviderFailed`. */
  identify(challenge: Challenge, back: URL): Promise<Identity>;
}

/** `denied`: the person or the provider said no. Nothing of what the provider wrote is kept in it. */
export type Failure = 'denied' | 'unreachable' | 'wrong_answer';

export class ProviderFailed extends Error {
  override readonly name = 'ProviderFailed';
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(`a provider failed: ${failure}`);
    this.failure = failure;
  }
}

/** Where a provider sends the browser back to: of the configured address, one for each (RFC 9700, 4.4.2.2). */
export const backUrl = (siteUrl: string, id: string): string => `${siteUrl}/sign-in/with/${id}/back`;
