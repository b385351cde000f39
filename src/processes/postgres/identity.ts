/** The user that PostgreSQL runs as: it refuses root, so that root hands it to `postgres` or `nobody`. */
import { readFileSync } from 'node:fs';
import type { Plan } from '../confine/plan.ts';
import { mayEnter, mayRead } from '../confine/reach.ts';
import { StartError } from '../start-error.ts';

const NAMES = ['postgres', 'nobody'];
/** Reads and enters whatever the file modes say; writes nothing. */
const CAP_DAC_READ_SEARCH = 2;

/** Who PostgreSQL is, as the launcher takes it. */
export type DatabaseUser = Pick<Plan, 'identity' | 'capabilities'>;

/** `folders` are what it must enter, `programs` what it must run; where modes close them it keeps the right to enter. */
export function databaseUser(folders: readonly string[], programs: readonly string[]): DatabaseUser {
  if (process.getuid?.() !== 0) return { identity: null, capabilities: null };
  const user = knownUser();
  const open = folders.every((f) => mayEnter(f, user)) && programs.every((p) => mayRead(p, user));
  return { identity: user, capabilities: open ? [] : [CAP_DAC_READ_SEARCH] };
}

function knownUser(): { uid: number; gid: number } {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of NAMES) {
    const found = lines.map((line) => line.split(':')).find((fields) => fields[0] === name);
    if (found) return { uid: Number(found[2]), gid: Number(found[3]) };
  }
  throw new StartError(
    'PostgreSQL does not run as root, and there is no user `postgres` or `nobody` for it: start Kept as an ordinary user, or set DATABASE_URL.',
  );
}
