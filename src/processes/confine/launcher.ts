/**
 * Lays the kernel's walls on itself and then becomes the confined process (`execve`), which can never take them off:
 * no core with content, no file that grows, no new rights, Landlock, another user. Whatever the kernel refuses is left
 * out here; the gateway looks at its walls from inside when it starts and refuses to serve without them.
 */
import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { restrict } from './landlock.ts';
import {
  becomeUser,
  dieWithParent,
  keepOnly,
  limit,
  listenUnix,
  noNewPrivileges,
  RLIMIT_CORE,
  RLIMIT_FSIZE,
} from './libc.ts';
import type { Plan } from './plan.ts';

/** With 1 (not 0) a piped core pattern dumps nothing either; into a file it is too small for any core. */
const CORE_BYTES_MAX = 1;

const plan = JSON.parse(process.argv[2] ?? '') as Plan;

/** A wall that the kernel or a container refuses does not stop the others. */
function attempt(lay: () => unknown): void {
  try {
    lay();
  } catch {
    // Seen from inside (walls.ts) and by `kept doctor`, which say what is missing.
  }
}

attempt(() => writeFileSync('/proc/self/coredump_filter', '0'));
for (const socket of plan.sockets) {
  rmSync(socket.path, { force: true });
  const mask = process.umask(0o177);
  listenUnix(socket.path, socket.fd);
  process.umask(mask);
  if (socket.owner !== null) chownSync(socket.path, socket.owner.uid, socket.owner.gid);
}
attempt(() => limit(RLIMIT_CORE, CORE_BYTES_MAX));
if (plan.noFiles) attempt(() => limit(RLIMIT_FSIZE, 0));
attempt(noNewPrivileges);
const { identity, capabilities, landlock } = plan;
if (identity !== null) attempt(() => becomeUser(identity.uid, identity.gid, capabilities ?? []));
else if (capabilities !== null) attempt(() => keepOnly(capabilities));
if (landlock !== null) attempt(() => restrict(landlock));
attempt(() => dieWithParent(constants.signals[plan.deathSignal]));
// The parent may have died before the kernel was asked to tell.
if (process.ppid !== plan.parent) process.exit(0);
process.execve?.(plan.file, [...plan.args], { ...plan.env });
