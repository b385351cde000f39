/** Ids as the outside knows them: with a prefix that tells their kind. */
import { type Id, isId } from '../link/ids.ts';

export type OutwardKind = 'acct' | 'key' | 'req';

export const outward = (kind: OutwardKind, id: Id): string => `${kind}_${id}`;

/** The id in `text`, given with or without its prefix; null when it is none. */
export function inward(kind: OutwardKind, text: string): Id | null {
  const bare = text.startsWith(`${kind}_`) ? text.slice(kind.length + 1) : text;
  return isId(bare) ? bare : null;
}
