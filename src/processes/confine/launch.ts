/**
 * Starts a process through the launcher where the system can lay walls (Linux with `node:ffi`), else directly. Every
 * process is in a session of its own, so that a terminal's Ctrl-C reaches the supervisor only.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import type { Plan } from './plan.ts';

const LAUNCHER = path.join(import.meta.dirname, 'launcher.ts');
/** Without the launcher: no core, no file that grows, and then the program itself. */
const LIMITED = 'ulimit -c 0; ulimit -f 0; exec "$0" "$@"';
const LAUNCHER_FLAGS = ['--no-warnings', '--disable-sigusr1'];

/** The first descriptor handed on; far above those that Node takes for itself. */
export const FIRST_INHERITED_FD = 200;

/** Whether this system has the launcher's walls. */
export const canLaunch =
  process.platform === 'linux' && isBuiltin('node:ffi') && typeof process.execve === 'function';

/** Starts the planned process; with the launcher its walls are laid first, without it only a shell's limits are. */
export function launch(plan: Omit<Plan, 'parent'>): ChildProcess {
  const options = { stdio: 'pipe' as const, detached: true };
  if (canLaunch) {
    const whole: Plan = { ...plan, parent: process.pid };
    return spawn(process.execPath, [...LAUNCHER_FLAGS, LAUNCHER, JSON.stringify(whole)], {
      ...options,
      env: {},
    });
  }
  for (const { path: name } of plan.sockets) rmSync(name, { force: true });
  const user = plan.identity === null ? {} : { uid: plan.identity.uid, gid: plan.identity.gid };
  const [argv0 = plan.file, ...args] = plan.args;
  const all = { ...options, ...user, env: { ...plan.env } };
  if (!plan.noFiles) return spawn(plan.file, args, { ...all, argv0 });
  return spawn('/bin/sh', ['-c', LIMITED, plan.file, ...args], all);
}
