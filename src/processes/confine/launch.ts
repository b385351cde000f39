/**
 * Starts a process through the launcher where the system can lay walls (Linux with `node:ffi`), else directly. Every
 * process is in a session of its own, so that a terminal's Ctrl-C reaches the supervisor only.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import type { Plan } from './plan.ts';

const LAUNCHER = path.join(import.meta.dirname, 'launcher.ts');
const LAUNCHER_FLAGS = ['--no-warnings', '--disable-sigusr1'];

/** The first descriptor handed on; far above those that Node takes for itself. */
export const FIRST_INHERITED_FD = 200;

/** Whether this system has the launcher's walls. */
export const canLaunch =
  process.platform === 'linux' && isBuiltin('node:ffi') && typeof process.execve === 'function';

export function launch(plan: Omit<Plan, 'parent'>): ChildProcess {
  const options = { stdio: 'pipe' as const, detached: true };
  if (!canLaunch) {
    const identity = plan.identity === null ? {} : { uid: plan.identity.uid, gid: plan.identity.gid };
    return spawn(plan.file, plan.args.slice(1), {
      ...options,
      ...identity,
      argv0: plan.args[0] ?? plan.file,
      env: { ...plan.env },
    });
  }
  const whole: Plan = { ...plan, parent: process.pid };
  return spawn(process.execPath, [...LAUNCHER_FLAGS, LAUNCHER, JSON.stringify(whole)], {
    ...options,
    env: {},
  });
}
