/** The two files of a key store with their indexes: data keys by id; look-ups by keyed hash and by owner. */
import type { OpenFile } from './files.ts';
import { isSuppression, LOOKUP_SLOT_BYTES } from './lookups.ts';
import { PEOPLE_SLOT_BYTES } from './people.ts';
import { SlotFile } from './slot-file.ts';
import { SlotIndex } from './slot-index.ts';
import { SlotTable } from './slot-table.ts';
import { hashIn, Words } from './words.ts';

const ID_AT = 16;
const ID_BYTES = 16;
const HASH_AT = 32;
const HASH_BYTES = 32;
export const PEOPLE = 0;
export const LOOKUPS = 1;
export const SLOT_BYTES: readonly number[] = [PEOPLE_SLOT_BYTES, LOOKUP_SLOT_BYTES];

export class People {
  readonly slots: SlotFile;
  readonly table: SlotTable;
  readonly #byId: SlotIndex;
  readonly #id = new Words(ID_BYTES, ID_AT);

  private constructor(slots: SlotFile) {
    this.slots = slots;
    this.#byId = new SlotIndex((slot) => hashIn(slots, slot, ID_AT), slots.end);
    this.table = new SlotTable(slots, PEOPLE, [{ index: this.#byId, holds: () => true }]);
  }

  static async load(file: OpenFile, mayBeNew: boolean): Promise<People> {
    return new People(await SlotFile.load(file, PEOPLE_SLOT_BYTES, mayBeNew));
  }

  /** The slot of this key, or 0. */
  find(kindCode: number, id: string): number {
    const words = this.#id.setHex(id);
    const { slots } = this;
    return this.#byId.find(
      words.hash(),
      (slot) => ((slots.word(slot, 0) >>> 8) & 0xff) === kindCode && words.standIn(slots, slot),
    );
  }

  /** The slots of all keys with this id, of whatever kind. */
  all(id: string): number[] {
    const words = this.#id.setHex(id);
    return this.#byId.all(words.hash(), (slot) => words.standIn(this.slots, slot));
  }
}

export class Lookups {
  readonly slots: SlotFile;
  readonly table: SlotTable;
  readonly #byHash: SlotIndex;
  readonly #byOwner: SlotIndex;
  readonly #hash = new Words(HASH_BYTES, HASH_AT);
  readonly #owner = new Words(ID_BYTES, ID_AT);

  private constructor(slots: SlotFile) {
    this.slots = slots;
    this.#byHash = new SlotIndex((slot) => hashIn(slots, slot, HASH_AT), slots.end);
    this.#byOwner = new SlotIndex((slot) => hashIn(slots, slot, ID_AT), slots.end);
    this.table = new SlotTable(slots, LOOKUPS, [
      { index: this.#byHash, holds: () => true },
      { index: this.#byOwner, holds: (slot) => !isSuppression(slots, slot) },
    ]);
  }

  static async load(file: OpenFile, mayBeNew: boolean): Promise<Lookups> {
    return new Lookups(await SlotFile.load(file, LOOKUP_SLOT_BYTES, mayBeNew));
  }

  withHash(hash: Buffer): number[] {
    const words = this.#hash.setBytes(hash);
    return this.#byHash.all(words.hash(), (slot) => words.standIn(this.slots, slot));
  }

  ofOwner(owner: string): number[] {
    const words = this.#owner.setHex(owner);
    return this.#byOwner.all(words.hash(), (slot) => words.standIn(this.slots, slot));
  }
}
