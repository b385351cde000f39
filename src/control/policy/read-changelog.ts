/** The changelog (USE-4): a file for each entry below `policy/changelog`, named by its day, read once at the start. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Block, blocksOf } from './blocks.ts';

const FOLDER = fileURLToPath(new URL('../../../policy/changelog', import.meta.url));
/** The day, and a word or more for the address. */
const FILE = /^((\d{4}-\d{2}-\d{2})-[a-z0-9]+(?:-[a-z0-9]+)*)\.md$/;
const TITLE = /^# (\P{Cc}+)\n/u;

export interface ChangelogEntry {
  /** Its address below `/changelog`, like `2026-11-30-surveys`. */
  readonly id: string;
  readonly date: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** The newest first. Throws for a file that is no entry; a test reads them all. */
export async function readChangelog(folder: string = FOLDER): Promise<ChangelogEntry[]> {
  const files = (await readdir(folder)).sort().reverse();
  return Promise.all(files.map((file) => readEntry(folder, file)));
}

async function readEntry(folder: string, file: string): Promise<ChangelogEntry> {
  const [, id = '', date] = FILE.exec(file) ?? [];
  if (!z.iso.date().safeParse(date).success)
    throw new Error(`policy/changelog/${file}: call it like 2026-11-30-surveys.md`);
  const text = await readFile(join(folder, file), 'utf8');
  const [head, title] = TITLE.exec(text) ?? [];
  if (head === undefined || title === undefined)
    throw new Error(`policy/changelog/${file}: begins with its title, like "# Surveys"`);
  return { id, date: date as string, title: title.trim(), blocks: blocksOf(text.slice(head.length), {}) };
}
