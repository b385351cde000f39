/**
 * What somebody wrote of whom nobody knows who they are: JSON of a checked shape, sealed under a key of its row's own in
 * the key store. It opens until that key dies, by its time or before.
 */
import type { z } from 'zod';
import type { Id } from '../link/ids.ts';
import type { KeyStore } from '../store/keys/key-store.ts';
import { KeyGone } from '../store/sealing/errors.ts';
import type { Vault } from '../store/sealing/vault.ts';

interface Keys {
  readonly keys: KeyStore;
  readonly vault: Vault;
}

const subjectOf = (id: Id) => ({ kind: 'intake', id }) as const;

export class Intake<Shape extends z.ZodType> {
  readonly #place: { readonly table: string; readonly column: string };
  readonly #shape: Shape;

  /** `column`: as it is called in PostgreSQL. */
  constructor(table: string, column: string, shape: Shape) {
    this.#place = { table, column };
    this.#shape = shape;
  }

  /** With a new key. `until`: when it dies if nothing else is said, ms since 1970. */
  async seal({ keys, vault }: Keys, id: Id, said: z.output<Shape>, until: number): Promise<Buffer> {
    await keys.create('intake', id, { until });
    return this.sealAnew(vault, id, said);
  }

  /** Under the key that is there. Throws `KeyGone`. */
  sealAnew(vault: Vault, id: Id, said: z.output<Shape>): Buffer {
    return vault.seal(subjectOf(id), this.#placeOf(id), JSON.stringify(said));
  }

  /** Null where its key is dead. Throws `Unreadable`. */
  open(vault: Vault, id: Id, sealed: Uint8Array): z.output<Shape> | null {
    try {
      return this.#shape.parse(JSON.parse(vault.open(subjectOf(id), this.#placeOf(id), sealed).reveal()));
    } catch (error) {
      if (error instanceof KeyGone) return null;
      throw error;
    }
  }

  #placeOf(row: Id) {
    return { ...this.#place, row };
  }
}

/** It dies then; nothing happens where it is dead. */
export async function endIntakeKey(keys: KeyStore, id: Id, until: number): Promise<void> {
  const facts = keys.facts('intake', id);
  if (facts !== null && facts.until !== until) await keys.setUntil('intake', id, until);
}

/** It dies now; nothing happens where it is dead. */
export async function dropIntakeKey(keys: KeyStore, id: Id): Promise<void> {
  if (keys.has('intake', id)) await keys.destroy([subjectOf(id)]);
}
