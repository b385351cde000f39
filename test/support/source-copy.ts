/** Copies of the source with something changed in them: to show that a test would notice. */
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from './instance.ts';

export interface Patch {
  /** Relative to the repository's folder. */
  readonly file: string;
  /** Must stand there exactly once. */
  readonly find: string;
  readonly replace: string;
}

export interface SourceCopy {
  /** Runs like the repository: `src/`, `package.json`, and the same `node_modules`. */
  readonly root: string;
  remove(): void;
}

/** Copies the source, readable for every user, and applies `patches`; throws when one does not fit. */
export function copySource(patches: readonly Patch[]): SourceCopy {
  const root = mkdtempSync(path.join(os.tmpdir(), 'kept-copy-'));
  chmodSync(root, 0o777); // as open as a careless operator's
  cpSync(path.join(ROOT, 'src'), path.join(root, 'src'), { recursive: true });
  cpSync(path.join(ROOT, 'package.json'), path.join(root, 'package.json'));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  for (const { file, find, replace } of patches) {
    const text = readFileSync(path.join(root, file), 'utf8');
    const times = text.split(find).length - 1;
    if (times !== 1)
      throw new Error(`“${find}” stands ${times} times in ${file}: adjust the patch to the source.`);
    writeFileSync(
      path.join(root, file),
      text.replace(find, () => replace),
    );
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
