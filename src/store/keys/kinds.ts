/** What keys, look-ups and suppressions there are: closed lists whose codes stand in the files and never change. */
import { KeyError } from './errors.ts';

/**
 * Kinds of data keys. `person`, `account`: subjects. `retained`: what law keeps apart, with an end of its own.
 * `intake`: one for each UTC day. `record`: secrets of the record. `backup`: of backup files. `lookup`, `suppression`,
 * `pepper`: what hashes are keyed with. `capture`: opens requests that an owner asked to be kept for a while; in no copy.
 */
const KEY_KIND_CODES = {
  person: 1,
  account: 2,
  retained: 3,
  intake: 4,
  record: 5,
  backup: 6,
  lookup: 7,
  suppression: 8,
  pepper: 9,
  capture: 10,
} as const;
export type KeyKind = keyof typeof KEY_KIND_CODES;
export const KEY_KINDS = Object.keys(KEY_KIND_CODES) as readonly KeyKind[];

export interface KeyName {
  readonly kind: KeyKind;
  /** 32 hex digits. */
  readonly id: string;
}

/** What a person or account is found by. `provider`: who they are at a provider that they sign in by. */
export const LOOKUP_KINDS = ['email', 'provider'] as const;
export type LookupKind = (typeof LOOKUP_KINDS)[number];

/** What a suppression keeps a value out of; `all` covers every one of them. */
export const SUPPRESSION_PURPOSES = ['all', 'import', 'newsletter', 'invitation', 'marketing'] as const;
export type SuppressionPurpose = (typeof SUPPRESSION_PURPOSES)[number];
/** Why it stands. */
export const SUPPRESSION_GROUNDS = ['erasure', 'opt_out', 'objection', 'complaint', 'bounce'] as const;
export type SuppressionGround = (typeof SUPPRESSION_GROUNDS)[number];

export interface Suppression {
  readonly purpose: SuppressionPurpose;
  readonly ground: SuppressionGround;
  /** Milliseconds since 1970. */
  readonly until: number;
}

const ID = /^[0-9a-f]{32}$/;

/** The kind's code; throws `KeyError` (`bad_key_name`) unless kind and id are ones. */
export function codeOfName(kind: KeyKind, id: string): number {
  const code = KEY_KIND_CODES[kind];
  if (code === undefined || !ID.test(id)) {
    throw new KeyError('bad_key_name', 'a key is named by a known kind and 32 hex digits');
  }
  return code;
}

export const codeOf = (kind: KeyKind): number => KEY_KIND_CODES[kind];
export const kindOfCode = (code: number): KeyKind | null => KEY_KINDS[code - 1] ?? null;
