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
  /** Runs like the repository: all that ships, the same `node_modules` and built site. */
  readonly root: string;
  remove(): void;
}

/** Copies the source, readable for every user, and applies `patches`; throws when one does not fit. */
export function copySource(patches: readonly Patch[]): SourceCopy {
  requireFit(patches);
  const root = mkdtempSync(path.join(os.tmpdir(), 'kept-copy-'));
  chmodSync(root, 0o777); // as open as a careless operator's
  copyShipped(root);
  for (const made of ['node_modules', 'build']) symlinkSync(path.join(ROOT, made), path.join(root, made));
  for (const patch of patches) {
    const file = path.join(root, patch.file);
    writeFileSync(file, patched(readFileSync(file, 'utf8'), patch));
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Copies what ships, as `kept source-hash` counts it, into an empty folder. */
export function copyShipped(root: string): void {
  for (const part of ['src', 'policy', 'vendor', 'package.json', 'package-lock.json']) {
    cpSync(path.join(ROOT, part), path.join(root, part), { recursive: true });
  }
}

/** Throws a sentence when one of `patches`, applied one after the other, does not fit the source as it is. */
export function requireFit(patches: readonly Patch[]): void {
  const texts = new Map<string, string>();
  for (const patch of patches) {
    const text = texts.get(patch.file) ?? readFileSync(path.join(ROOT, patch.file), 'utf8');
    texts.set(patch.file, patched(text, patch));
  }
}

function patched(text: string, { file, find, replace }: Patch): string {
  const times = text.split(find).length - 1;
  if (times !== 1)
    throw new Error(`“${find}” stands ${times} times in ${file}: adjust the patch to the source.`);
  return text.replace(find, () => replace);
}
