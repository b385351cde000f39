/** What of the source the committed matrix of mutations rests on. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const MATRIX = 'policy/mutations.json';
const VERIFY = 'src/verify/';
const CHECKS = `${VERIFY}checks/*.ts`;
const IMPORTS = /\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;

/** Every check by its id, with the file that it stands in. */
export function checkFiles(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of globSync(CHECKS, { cwd: root }).sort())
    for (const [, id = ''] of readFileSync(path.join(root, file), 'utf8').matchAll(/^ {2}id: '([^']+)',$/gm))
      found.set(id, file);
  return found;
}

/**
 * Files of src/verify that this one is made of: itself, and what it imports, directly or by others. Types count too: what a
 * check is handed is behind them. In order.
 */
export function filesOf(root: string, file: string): string[] {
  const found = new Set([file]);
  for (const each of found)
    for (const [, to = ''] of readFileSync(path.join(root, each), 'utf8').matchAll(IMPORTS)) {
      const next = path.posix.join(path.posix.dirname(each), to);
      if (next.startsWith(VERIFY)) found.add(next);
    }
  return [...found].sort();
}

/** What of the source a kill rests on: its checks and what they look with. Older than that, it proves nothing. */
export function hashOfChecks(root: string, ids: readonly string[]): string {
  const files = checkFiles(root);
  const mine = new Set(ids.flatMap((id) => files.get(id) ?? []).flatMap((file) => filesOf(root, file)));
  const hash = createHash('sha256');
  for (const file of [...mine].sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

export const hashOfMutation = (mutation: object): string =>
  createHash('sha256').update(JSON.stringify(mutation)).digest('hex').slice(0, 16);
