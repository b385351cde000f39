/** What a provider says of somebody, read as far as it can be something here. */
import { emailInput, nameInput } from '../../accounts/index.ts';
import type { Identity } from './provider.ts';
import type { ProviderSettings } from './settings.ts';

const SUBJECT_CHARS_MAX = 255;
const GROUPS_MAX = 10_000;

/**
 * What somebody is found by, and what is kept of them: the provider's address and its id of them, so that one who has
 * the same id at another provider, or at what stands under the same name later, is somebody else.
 */
export const whoThere = ({ issuer }: Pick<ProviderSettings, 'issuer'>, { subject }: Identity): string =>
  `${withoutSlash(issuer)} ${subject}`;

export const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/** OpenID Connect Core, 2: at most 255 ASCII characters. */
export const isSubject = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= SUBJECT_CHARS_MAX && /^[!-~]+$/.test(value);

/** Normalised; null for what is no address. */
export const emailIn = (value: unknown): string | null => emailInput.safeParse(value).data ?? null;

/** The first of them that can be a name here. */
export const nameIn = (...values: readonly unknown[]): string | null =>
  values.map((value) => nameInput.safeParse(value).data).find((name) => name !== undefined) ?? null;

/** A list, or one by itself; what is no text is passed over. */
export function groupsIn(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value.slice(0, GROUPS_MAX) : [value];
  return list.filter((each): each is string => typeof each === 'string');
}
