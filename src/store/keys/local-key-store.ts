/** The key store in two files of this machine; `open-key-store.ts` opens it, `key-store.ts` says what each call means. */
import type { Batch } from './batch.ts';
import { KeyError } from './errors.ts';
import { exportedKeys } from './export.ts';
import { KeyCache } from './key-cache.ts';
import type { KeyStore, KeyStoreSize, NewKey, RollOptions } from './key-store.ts';
import {
  codeOfName,
  KEY_KINDS,
  type KeyKind,
  type KeyName,
  LOOKUP_KINDS,
  type LookupKind,
  type Suppression,
  type SuppressionPurpose,
} from './kinds.ts';
import * as lookups from './lookups.ts';
import { closeParts, type Parts } from './open-parts.ts';
import * as people from './people.ts';
import { roll } from './roll.ts';
import type { Lookups, People } from './tables.ts';

/** Keys that one call may destroy: they share one journal entry. */
export const TARGETS_MAX = 10_000;
const CREATE_SLICE_KEYS = 1024;
const SCAN_SLICE_SLOTS = 50_000;
/** The keys that hashes are keyed with have no subject: one fixed id. */
export const HASH_KEY_ID = '0'.repeat(32);
/** Who can be found by a value, and be in the grace. */
const SUBJECT_KINDS: readonly KeyKind[] = ['person', 'account'];
/** What can be left out of copies: also what names somebody for a while beyond their erasure. */
const KEPT_BACK: readonly KeyKind[] = [...SUBJECT_KINDS, 'intake'];

export class LocalKeyStore implements KeyStore {
  readonly #parts: Parts;
  readonly #cache = new KeyCache();
  #unreadable = 0;
  #rolling: Promise<void> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async create(kind: KeyKind, id: string, options: NewKey = {}): Promise<void> {
    codeOfName(kind, id);
    await this.#parts.commits.run((batch) => this.#make(batch, { kind, id, ...options }));
  }

  async createMany(keys: Iterable<KeyName & { readonly until?: number }>): Promise<void> {
    let slice: (KeyName & { readonly until?: number })[] = [];
    const flush = async (): Promise<void> => {
      const names = slice;
      slice = [];
      await this.#parts.commits.run((batch) => {
        for (const name of names) this.#make(batch, name);
      });
    };
    for (const key of keys) if (slice.push(key) >= CREATE_SLICE_KEYS) await flush();
    await flush();
  }

  has(kind: KeyKind, id: string): boolean {
    return this.#live(kind, id) !== 0;
  }

  facts(kind: KeyKind, id: string): people.KeyFacts | null {
    const slot = this.#live(kind, id);
    return slot === 0 ? null : people.factsOf(this.#parts.people.slots.view(slot));
  }

  key(kind: KeyKind, id: string): Buffer | null {
    const slot = this.#live(kind, id);
    if (slot === 0) return null;
    const name = kind + id;
    const cached = this.#cache.get(name);
    if (cached !== null) return cached;
    const key = people.keyOf(this.#parts.people.slots.view(slot), this.#parts.epochs);
    if (key === null) this.#unreadable++;
    else this.#cache.put(name, key);
    return key;
  }

  version(kind: KeyKind, id: string): number | null {
    const slot = this.#live(kind, id);
    return slot === 0 ? null : people.versionIn(this.#parts.people.slots, slot);
  }

  setUntil(kind: KeyKind, id: string, until: number | null): Promise<boolean> {
    const { people: table, commits } = this.#parts;
    return commits.run((batch) => {
      const slot = table.find(codeOfName(kind, id), id);
      if (slot === 0) return false;
      table.table.replace(slot, people.withUntil(table.slots.view(slot), until), batch);
      return true;
    });
  }

  async destroy(targets: readonly KeyName[]): Promise<void> {
    if (targets.length > TARGETS_MAX) {
      throw new KeyError('key_store_busy', `at most ${TARGETS_MAX} keys are destroyed at once`);
    }
    for (const { kind, id } of targets) codeOfName(kind, id);
    await this.#parts.commits.run((batch) => {
      for (const target of targets) this.#kill(batch, target);
    });
  }

  setLookup(
    kind: LookupKind,
    value: string,
    owner: string,
    { beside = false }: { readonly beside?: boolean } = {},
  ): Promise<'set' | 'taken'> {
    const { lookups: table, commits } = this.#parts;
    codeOfName('person', owner);
    return commits.run((batch) => {
      if (this.#subjectSlots(owner).length === 0)
        throw new KeyError('owner_has_no_key', 'the owner of a look-up has no key');
      const hash = lookups.lookupHash(this.#hashKey('lookup'), kind, value);
      const [found] = table.withHash(hash);
      if (found !== undefined) {
        return lookups.ownerIn(table.slots.view(found)) === owner ? 'set' : 'taken';
      }
      if (!beside) this.#clearLookup(batch, kind, owner);
      table.table.insert(lookups.makeLookup(kind, hash, owner), batch);
      return 'set';
    });
  }

  async keepLookup(kind: LookupKind, value: string, owner: string): Promise<void> {
    codeOfName('person', owner);
    await this.#parts.commits.run((batch) => {
      const kept = lookups.lookupHash(this.#hashKey('lookup'), kind, value);
      this.#clearLookup(batch, kind, owner, kept);
    });
  }

  async removeLookup(kind: LookupKind, owner: string, value?: string): Promise<void> {
    codeOfName('person', owner);
    const { lookups: table, commits } = this.#parts;
    await commits.run((batch) => {
      if (value === undefined) return this.#clearLookup(batch, kind, owner);
      const hash = lookups.lookupHash(this.#hashKey('lookup'), kind, value);
      for (const slot of table.withHash(hash)) {
        if (lookups.ownerIn(table.slots.view(slot)) === owner) table.table.clear(slot, batch);
      }
    });
  }

  lookup(kind: LookupKind, value: string): string | null {
    const { lookups: table } = this.#parts;
    const [slot] = table.withHash(lookups.lookupHash(this.#hashKey('lookup'), kind, value));
    return slot === undefined ? null : lookups.ownerIn(table.slots.view(slot));
  }

  lookupsOf(owner: string): readonly LookupKind[] {
    codeOfName('person', owner);
    const { lookups: table } = this.#parts;
    const slots = table.ofOwner(owner);
    return LOOKUP_KINDS.filter((kind) => slots.some((slot) => lookups.isLookup(table.slots, slot, kind)));
  }

  async suppress(value: string, suppression: Suppression): Promise<void> {
    const { lookups: table, commits } = this.#parts;
    await commits.run((batch) => {
      const hash = lookups.suppressionHash(this.#hashKey('suppression'), value);
      for (const slot of table.withHash(hash)) {
        if (lookups.purposeIn(table.slots, slot) === suppression.purpose) table.table.clear(slot, batch);
      }
      table.table.insert(lookups.makeSuppression(hash, suppression), batch);
    });
  }

  isSuppressed(value: string, purpose: SuppressionPurpose): boolean {
    const { lookups: table, now } = this.#parts;
    return table.withHash(lookups.suppressionHash(this.#hashKey('suppression'), value)).some((slot) => {
      const until = lookups.untilIn(table.slots, slot);
      const about = lookups.purposeIn(table.slots, slot);
      return until > now() && (about === purpose || about === 'all');
    });
  }

  async unsuppress(value: string, purpose?: SuppressionPurpose): Promise<void> {
    const { lookups: table, commits } = this.#parts;
    await commits.run((batch) => {
      const hash = lookups.suppressionHash(this.#hashKey('suppression'), value);
      for (const slot of table.withHash(hash)) {
        if (purpose === undefined || lookups.purposeIn(table.slots, slot) === purpose) {
          table.table.clear(slot, batch);
        }
      }
      table.table.clearDamaged((slot) => lookups.hasHash(slot, hash), batch);
    });
  }

  async setGrace(ids: readonly string[], inGrace: boolean): Promise<void> {
    const { people: table, commits } = this.#parts;
    await commits.run((batch) => {
      for (const slot of ids.flatMap((id) => this.#slotsOf(KEPT_BACK, id))) {
        table.table.replace(slot, people.withGrace(table.slots.view(slot), inGrace), batch);
      }
    });
  }

  inGrace(id: string): boolean {
    return this.#subjectSlots(id).some((slot) => people.graceIn(this.#parts.people.slots, slot));
  }

  rollEpoch(options: RollOptions = {}): Promise<void> {
    this.#rolling ??= roll(this.#parts, options).finally(() => {
      this.#rolling = null;
    });
    return this.#rolling;
  }

  get rolling(): boolean {
    return this.#parts.epochs.rolling;
  }

  rotateMaster(newMaster: Buffer): Promise<void> {
    return this.#parts.epochs.rotateMaster(newMaster);
  }

  get masterFingerprint(): string {
    return this.#parts.epochs.masterFingerprint;
  }

  get epoch(): number {
    return this.#parts.epochs.newest;
  }

  exportKeys(): AsyncIterable<Buffer> {
    return exportedKeys(this.#parts);
  }

  async expire(now: number): Promise<number> {
    return (await this.#expireKeys(now)) + (await this.#expireSuppressions(now));
  }

  size(): KeyStoreSize {
    const { people: keys, lookups: values } = this.#parts;
    const counts = new Array<number>(KEY_KINDS.length + 1).fill(0);
    let inGrace = 0;
    const intake = KEY_KINDS.indexOf('intake') + 1;
    for (let slot = 1; slot < keys.slots.end; slot++) {
      if (!keys.table.isUsed(slot)) continue;
      counts[people.kindIn(keys.slots, slot)]!++;
      if (people.graceIn(keys.slots, slot) && people.kindIn(keys.slots, slot) !== intake) inGrace++;
    }
    let suppressions = 0;
    for (let slot = 1; slot < values.slots.end; slot++) {
      if (values.table.isUsed(slot) && lookups.isSuppression(values.slots, slot)) suppressions++;
    }
    return {
      keys: Object.fromEntries(KEY_KINDS.map((kind, index) => [kind, counts[index + 1]!])) as Record<
        KeyKind,
        number
      >,
      lookups: values.table.used - suppressions,
      suppressions,
      inGrace,
      damaged: keys.table.damaged.size + values.table.damaged.size + this.#unreadable,
    };
  }

  async close(): Promise<void> {
    await this.#rolling?.catch(() => {});
    await closeParts(this.#parts);
    this.#cache.forgetAll();
  }

  #make(batch: Batch, { kind, id, until, value }: KeyName & NewKey): void {
    const { people: table, epochs, now } = this.#parts;
    const found = table.find(codeOfName(kind, id), id);
    if (found !== 0) {
      const end = people.untilIn(table.slots, found);
      if (end === 0 || end > now()) return;
      this.#kill(batch, { kind, id });
    }
    table.table.insert(people.makeSlot({ kind, id, until: until ?? null }, epochs, value), batch);
  }

  #kill(batch: Batch, { kind, id }: KeyName): void {
    const { people: keys, lookups: values } = this.#parts;
    const slot = keys.find(codeOfName(kind, id), id);
    if (slot !== 0) keys.table.clear(slot, batch);
    this.#cache.forget(kind + id);
    keys.table.clearDamaged((bytes) => people.names(bytes, id), batch);
    // What the law keeps of a person may bear their id: its end is not the person's.
    if (this.#subjectSlots(id).length > 0) return;
    for (const lookup of values.ofOwner(id)) values.table.clear(lookup, batch);
    values.table.clearDamaged((bytes) => lookups.hasOwner(bytes, id), batch);
  }

  #clearLookup(batch: Batch, kind: LookupKind, owner: string, kept?: Buffer): void {
    const { lookups: table } = this.#parts;
    for (const slot of table.ofOwner(owner)) {
      if (!lookups.isLookup(table.slots, slot, kind)) continue;
      if (kept === undefined || !lookups.hasHash(table.slots.view(slot), kept))
        table.table.clear(slot, batch);
    }
  }

  /** The slot of a key that has not ended, or 0. */
  #live(kind: KeyKind, id: string): number {
    const { people: table, now } = this.#parts;
    const slot = table.find(codeOfName(kind, id), id);
    if (slot === 0) return 0;
    const until = people.untilIn(table.slots, slot);
    return until !== 0 && until <= now() ? 0 : slot;
  }

  async #expireKeys(now: number): Promise<number> {
    const { people: table, commits } = this.#parts;
    const isOver = (slot: number): boolean =>
      table.table.isUsed(slot) && hasEnded(people.untilIn(table.slots, slot), now);
    let count = 0;
    for await (const slots of slices(table, isOver)) {
      count += await commits.run((batch) => {
        const still = slots.filter(isOver).map((slot) => people.factsOf(table.slots.view(slot)));
        for (const facts of still) if (facts !== null) this.#kill(batch, facts);
        return still.length;
      });
    }
    return count;
  }

  async #expireSuppressions(now: number): Promise<number> {
    const { lookups: table, commits } = this.#parts;
    const isOver = (slot: number): boolean =>
      table.table.isUsed(slot) && hasEnded(lookups.untilIn(table.slots, slot), now);
    let count = 0;
    for await (const slots of slices(table, isOver)) {
      count += await commits.run((batch) => {
        const still = slots.filter(isOver);
        for (const slot of still) table.table.clear(slot, batch);
        return still.length;
      });
    }
    return count;
  }

  #subjectSlots(id: string): number[] {
    return this.#slotsOf(SUBJECT_KINDS, id);
  }

  #slotsOf(kinds: readonly KeyKind[], id: string): number[] {
    const { people: table } = this.#parts;
    return kinds.map((kind) => table.find(codeOfName(kind, id), id)).filter((slot) => slot !== 0);
  }

  #hashKey(kind: 'lookup' | 'suppression'): Buffer {
    const key = this.key(kind, HASH_KEY_ID);
    if (key === null)
      throw new KeyError('damaged_key_file', 'the key that hashes are keyed with does not open');
    return key;
  }
}

/** `until` and `now` in milliseconds since 1970; 0 is no end. */
const hasEnded = (until: number, now: number): boolean => until !== 0 && until <= now;

/** The slots that match, in slices; the event loop gets its turn between. */
async function* slices(
  { slots }: People | Lookups,
  matches: (slot: number) => boolean,
): AsyncGenerator<readonly number[]> {
  for (let first = 1; first < slots.end; first += SCAN_SLICE_SLOTS) {
    const found: number[] = [];
    const end = Math.min(first + SCAN_SLICE_SLOTS, slots.end);
    for (let slot = first; slot < end; slot++) if (matches(slot)) found.push(slot);
    for (let at = 0; at < found.length; at += CREATE_SLICE_KEYS)
      yield found.slice(at, at + CREATE_SLICE_KEYS);
    await new Promise(setImmediate);
  }
}
