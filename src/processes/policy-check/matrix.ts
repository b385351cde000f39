/** What of the source the committed matrix of mutations rests on. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const MATRIX = 'policy/mutations.json';
const CHECKS = 'src/verify/checks/*.ts';

/** Every check by its id, with the file that it stands in. */
export function checkFiles(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of globSync(CHECKS, { cwd: root }).sort())
    for (const [, id = ''] of readFileSync(path.join(root, file), 'utf8').matchAll(/^ {2}id: '([^']+)',$/gm))
      found.set(id, file);
  return found;
}

/** What of the source a kill rests on: older than that, it proves nothing. */
export function hashOfChecks(root: string, ids: readonly string[]): string {
  const files = checkFiles(root);
  const mine = [...new Set(ids.flatMap((id) => files.get(id) ?? []))].sort();
  const hash = createHash('sha256');
  for (const file of mine)
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

export const hashOfMutation = (mutation: object): string =>
  createHash('sha256').update(JSON.stringify(mutation)).digest('hex').slice(0, 16);
