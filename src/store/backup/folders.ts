/** Moves a folder that was built beside its place into it, file by file, what makes it valid last. */
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../keys/files.ts';

const FOLDER_MODE = 0o700;

/** `last`: the name that is moved when everything else is there. May be done again after a kill. */
export async function moveInto(folder: string, built: string, last: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  const names = await readdir(built);
  for (const name of [...names.filter((one) => one !== last), ...names.filter((one) => one === last)]) {
    await move(join(built, name), join(folder, name));
    await syncFolder(folder);
  }
  await rm(built, { recursive: true, force: true });
  await syncFolder(dirname(folder));
}

/** By name where both are on one disk; else a copy. */
export async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true, force: true });
    await rm(from, { recursive: true });
  }
}

/** Whether a folder is missing, or holds nothing but `besides`. */
export async function isEmptyFolder(folder: string, besides: readonly string[] = []): Promise<boolean> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.every((name) => besides.includes(name));
}
