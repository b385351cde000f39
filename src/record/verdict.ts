/** What a verification of the record finds: that all of it holds, or the first thing that does not. */
import type { EntryKind } from './commitment.ts';

export type BadPart = 'state' | 'checkpoint' | 'entry' | 'tile' | 'opening' | 'root';

export type Verdict =
  | {
      readonly ok: true;
      readonly size: number;
      readonly root: Buffer;
      readonly checkpoints: number;
      /** How many entries of each kind were opened. */
      readonly kinds: ReadonlyMap<EntryKind, number>;
    }
  | {
      readonly ok: false;
      readonly what: BadPart;
      /** The first entry that what is bad speaks of; for a checkpoint or root its size. */
      readonly index: number;
      /** The file; none for an opening. */
      readonly path: string | null;
      readonly reason: string;
    };

/** Ends the reading at the first thing that is bad. */
export class Bad extends Error {
  readonly what: BadPart;
  readonly index: number;
  readonly path: string | null;

  constructor(what: BadPart, index: number, path: string | null, reason: string) {
    super(reason);
    this.what = what;
    this.index = index;
    this.path = path;
  }
}
