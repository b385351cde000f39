/**
 * The users that gateway and engine become when Kept is started as root: numbers that nobody has, another for each role
 * and data folder, so that neither can look into the other or into another instance.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { canLaunch } from './launch.ts';
import type { Identity } from './plan.ts';
import { mayRead } from './reach.ts';

/** systemd leaves 1,879,048,192 to 2,147,483,647 unassigned. */
const FIRST_USER = 1_900_000_000;
const FOLDERS = 20_000_000;
const PLACES = { gateway: 0, engine: 1 } as const;

/** Null: it stays the user that it is: not root, no launcher here, or the other user could not read `needs`. */
export function confinedUser(
  role: keyof typeof PLACES,
  dataFolder: string,
  needs: readonly string[],
): Identity | null {
  if (process.getuid?.() !== 0 || !canLaunch) return null;
  const hash = createHash('sha256').update(dataFolder).digest().readUInt32BE(0);
  const uid = FIRST_USER + (hash % FOLDERS) * Object.keys(PLACES).length + PLACES[role];
  const user = { uid, gid: uid };
  return exists('uid_map', uid) && exists('gid_map', uid) && needs.every((path) => mayRead(path, user))
    ? user
    : null;
}

/** Whether the user namespace (a container's) has the number. */
function exists(map: 'uid_map' | 'gid_map', number: number): boolean {
  try {
    const ranges = readFileSync(`/proc/self/${map}`, 'latin1').trim().split('\n');
    return ranges.some((line) => {
      const [inside = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
      return number >= inside && number < inside + count;
    });
  } catch {
    return true;
  }
}
