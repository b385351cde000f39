/** A provider as control is told of it. Read by the configuration too, so nothing heavy is imported here. */

export const PROVIDER_KINDS = ['oidc', 'github'] as const;
export const CLIENT_AUTHS = ['basic', 'post'] as const;
/** The staff role that somebody gets who is in several groups: the first of these. */
export const GROUP_ROLES = ['admin', 'privacy', 'finance', 'support'] as const;
export type GroupRole = (typeof GROUP_ROLES)[number];

export interface ProviderSettings {
  /** Stands in addresses and in rows; never changes while people are connected with it. */
  readonly id: string;
  /** As people read it. */
  readonly name: string;
  readonly kind: (typeof PROVIDER_KINDS)[number];
  /** OpenID Connect: the issuer, letter for letter. GitHub: the address of its pages. */
  readonly issuer: string;
  /** Where it serves what it does not serve at its issuer; nothing else of it is connected to. */
  readonly hosts: readonly string[];
  readonly clientId: string;
  readonly clientSecret: string;
  /** How the secret is shown to the provider (OpenID Connect Core, 9); null: as it says that it takes it. */
  readonly clientAuth: (typeof CLIENT_AUTHS)[number] | null;
  readonly scopes: readonly string[];
  /** Which claim names groups, and what staff role each gives; null: roles do not follow from it. */
  readonly groups: { readonly claim: string; readonly roles: Readonly<Record<string, GroupRole>> } | null;
}
