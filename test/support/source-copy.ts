/** A copy of the source that a test may damage: what is planted there must be noticed. */
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from './instance.ts';

export interface SourceCopy {
  readonly root: string;
  /** Replaces `before`, which must be there exactly once, by `after`. */
  patch(file: string, before: string, after: string): void;
  remove(): void;
}

export function copySource(): SourceCopy {
  const root = mkdtempSync(path.join(os.tmpdir(), 'kept-source-'));
  // Gateway and engine run as other users when a test runs as root.
  chmodSync(root, 0o755);
  cpSync(path.join(ROOT, 'src'), path.join(root, 'src'), { recursive: true });
  cpSync(path.join(ROOT, 'package.json'), path.join(root, 'package.json'));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  return {
    root,
    patch: (file, before, after) => {
      const name = path.join(root, file);
      const parts = readFileSync(name, 'utf8').split(before);
      if (parts.length !== 2)
        throw new Error(`${file} holds ${parts.length - 1} times what is to be replaced`);
      writeFileSync(name, parts.join(after));
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
