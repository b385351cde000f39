/** Whether a user could open a path, judged from owners and modes (ACLs aside), before anything becomes that user. */
import { type Stats, statSync } from 'node:fs';
import path from 'node:path';

const READ = 4;
const ENTER = 1;

interface User {
  readonly uid: number;
  readonly gid: number;
}

function allows(stats: Stats, user: User, bit: number): boolean {
  if (user.uid === 0) return true;
  const shift = stats.uid === user.uid ? 6 : stats.gid === user.gid ? 3 : 0;
  return ((stats.mode >> shift) & bit) === bit;
}

/** Whether `user` may enter every folder above `target`. */
export function mayEnter(target: string, user: User): boolean {
  for (let folder = path.dirname(path.resolve(target)); ; folder = path.dirname(folder)) {
    if (!allows(statSync(folder), user, ENTER)) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

/** Whether `user` may read the file or folder `target`, symbolic links aside. */
export function mayRead(target: string, user: User): boolean {
  try {
    const stats = statSync(target);
    const bits = stats.isDirectory() ? READ | ENTER : READ;
    return allows(stats, user, bits) && mayEnter(target, user);
  } catch {
    return false;
  }
}
