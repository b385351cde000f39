/** The instance that runs on the data folder, for commands that look at more than its admin API. */
import { type Instance, readInstance } from '../supervisor/instance.ts';
import { CommandError, dataFolder } from './admin-client.ts';

/** Refuses with a sentence when none runs. */
export function runningInstance(): Instance {
  const instance = findInstance();
  if (instance !== null) return instance;
  throw new CommandError(`No Kept runs on ${dataFolder()}. Start it with \`npm start\`, or set KEPT_DATA.`);
}

/** Null when none runs. */
export function findInstance(): Instance | null {
  const instance = readInstance(dataFolder());
  return instance !== null && isAlive(instance.pid) ? instance : null;
}

/** Whether use has a price in the instance that runs; commands speak of money only then, and where none runs. */
export const isPriced = (): boolean => findInstance()?.billing !== 'off';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
