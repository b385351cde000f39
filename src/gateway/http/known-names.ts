/** Finds the few header names that matter by length and first letter, without making a string of any other. */
import { isName } from './bytes.ts';

const LETTERS = 32;

export type NameTable<Name extends string> = readonly (Name | undefined)[];

const slotOf = (length: number, firstByte: number): number => length * LETTERS + (firstByte & (LETTERS - 1));

/** A table of `names` (in lower case). No two of them may share both length and first letter. */
export function nameTable<const Name extends string>(names: readonly Name[]): NameTable<Name> {
  const longest = Math.max(...names.map((name) => name.length));
  const table = new Array<Name | undefined>((longest + 1) * LETTERS).fill(undefined);
  for (const name of names) {
    const slot = slotOf(name.length, name.charCodeAt(0));
    if (table[slot] !== undefined)
      throw new Error(`${name} and ${table[slot]} share a slot: give one of them another way to be found.`);
    table[slot] = name;
  }
  return table;
}

/** The name of `table` that stands at `from` to before `to` in any case, or undefined. */
export function findName<Name extends string>(
  table: NameTable<Name>,
  buf: Buffer,
  from: number,
  to: number,
): Name | undefined {
  const slot = slotOf(to - from, buf[from]!);
  if (slot >= table.length) return undefined;
  const name = table[slot];
  return name !== undefined && isName(buf, from, name) ? name : undefined;
}
