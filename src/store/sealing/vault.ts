/**
 * Seals and opens what is about somebody, under keys of the key store. A value about several people has a row key of
 * its own, wrapped once for each; it opens for as long as one of them lives. Keeps no key and no value.
 */
import { randomBytes } from 'node:crypto';
import type { KeyKind, KeyStore } from '../keys/index.ts';
import { Decrypted } from './decrypted.ts';
import { KeyGone, Unreadable } from './errors.ts';
import { type BoundPlace, open, type Place, seal } from './seal.ts';

const ROW_KEY_BYTES = 32;
const ROW_KEY_VERSION = 1;
const DAY_MS = 86_400_000;
/** A day's intake key is dead so long after the day began (issue: strangers' messages, 7 days). */
const INTAKE_LIFE_MS = 7 * DAY_MS;

export type SealingKind = Extract<KeyKind, 'person' | 'account' | 'retained' | 'intake' | 'record'>;

/** Whose key seals. */
export interface Subject {
  readonly kind: SealingKind;
  /** 32 hex digits. */
  readonly id: string;
}

export interface Item {
  readonly place: Place;
  readonly sealed: Uint8Array;
}

export interface SealedForMany {
  readonly sealed: Buffer;
  /** The row key for each person, in the order given. */
  readonly wraps: Buffer[];
}

export class Vault {
  readonly #keys: KeyStore;

  constructor(keys: KeyStore) {
    this.#keys = keys;
  }

  /** Throws `KeyGone`. */
  seal(subject: Subject, place: Place, text: string): Buffer {
    const { key, version } = this.#keyOf(subject);
    return seal(key, version, bound(subject, place), text);
  }

  /** Throws `KeyGone` or `Unreadable`. */
  open(subject: Subject, place: Place, sealed: Uint8Array): Decrypted<string> {
    const { key, version } = this.#keyOf(subject);
    return revealed(open(key, version, bound(subject, place), sealed));
  }

  /** Several values of one subject: all or none. Throws `KeyGone`. */
  sealAll(subject: Subject, values: readonly { readonly place: Place; readonly text: string }[]): Buffer[] {
    return values.map(({ place, text }) => this.seal(subject, place, text));
  }

  /** Several values of one subject; what does not open is its error, and hides none of the others. */
  openAll(subject: Subject, items: readonly Item[]): (Decrypted<string> | KeyGone | Unreadable)[] {
    return items.map(({ place, sealed }) => {
      try {
        return this.open(subject, place, sealed);
      } catch (error) {
        if (error instanceof KeyGone || error instanceof Unreadable) return error;
        throw error;
      }
    });
  }

  /** Seals under a new row key, wrapped for each of `people` (their ids). Throws `KeyGone` when one has no key. */
  sealForMany(people: readonly string[], place: Place, text: string): SealedForMany {
    const rowKey = randomBytes(ROW_KEY_BYTES);
    try {
      const wraps = people.map((id) => this.#wrap(id, place, rowKey));
      return { sealed: seal(rowKey, ROW_KEY_VERSION, shared(place), text), wraps };
    } finally {
      rowKey.fill(0);
    }
  }

  /** Opens with the wrap of one of the people. Throws `KeyGone` when that one is erased, `Unreadable`. */
  openAsOne(person: string, place: Place, sealed: Uint8Array, wrap: Uint8Array): Decrypted<string> {
    const rowKey = this.#unwrap(person, place, wrap);
    try {
      return revealed(open(rowKey, ROW_KEY_VERSION, shared(place), sealed));
    } finally {
      rowKey.fill(0);
    }
  }

  /** A wrap for one more person, by way of somebody who has one. */
  shareWith(
    person: string,
    place: Place,
    through: { readonly person: string; readonly wrap: Uint8Array },
  ): Buffer {
    const rowKey = this.#unwrap(through.person, place, through.wrap);
    try {
      return this.#wrap(person, place, rowKey);
    } finally {
      rowKey.fill(0);
    }
  }

  /** Seals what a stranger sent under the key of the day (`2026-11-24`, UTC), which dies 7 days after it began. */
  async sealIntake(day: string, place: Place, text: string): Promise<Buffer> {
    const subject = intakeOf(day);
    await this.#keys.create('intake', subject.id, { until: Date.parse(`${day}T00:00:00Z`) + INTAKE_LIFE_MS });
    return this.seal(subject, place, text);
  }

  openIntake(day: string, place: Place, sealed: Uint8Array): Decrypted<string> {
    return this.open(intakeOf(day), place, sealed);
  }

  /** What a stranger sent has become somebody's: sealed anew under their key, in its new place or where it was. */
  adoptIntake(
    day: string,
    place: Place,
    sealed: Uint8Array,
    subject: Subject,
    newPlace: Place = place,
  ): Buffer {
    return this.seal(subject, newPlace, this.openIntake(day, place, sealed).reveal());
  }

  #keyOf({ kind, id }: Subject): { key: Buffer; version: number } {
    const key = this.#keys.key(kind, id);
    const version = this.#keys.version(kind, id);
    if (key === null || version === null) throw new KeyGone();
    return { key, version };
  }

  #wrap(id: string, place: Place, rowKey: Buffer): Buffer {
    const subject = { kind: 'person', id } as const;
    const { key, version } = this.#keyOf(subject);
    return seal(key, version, bound(subject, rowKeyPlace(place)), rowKey);
  }

  #unwrap(id: string, place: Place, wrap: Uint8Array): Buffer {
    const subject = { kind: 'person', id } as const;
    const { key, version } = this.#keyOf(subject);
    return open(key, version, bound(subject, rowKeyPlace(place)), wrap);
  }
}

/** The subject whose key seals what strangers sent on this day (`2026-11-24`, UTC). */
export function intakeOf(day: string): Subject {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(`${day}T00:00:00Z`))) {
    throw new RangeError('a day of intake is written 2026-11-24');
  }
  return { kind: 'intake', id: day.replaceAll('-', '').padEnd(32, '0') };
}

const bound = ({ kind, id }: Subject, { table, column, row }: Place): BoundPlace => ({
  table,
  column,
  row,
  subject: `${kind}:${id}`,
});
const shared = ({ table, column, row }: Place): BoundPlace => ({ table, column, row, subject: 'several' });
const rowKeyPlace = ({ table, column, row }: Place): Place => ({ table, column: `${column}#row-key`, row });

function revealed(plain: Buffer): Decrypted<string> {
  const text = plain.toString('utf8');
  plain.fill(0);
  return new Decrypted(text);
}
