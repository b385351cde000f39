/** Restores, and kills itself after the step that it is told: nothing can clean up after it. */
import { restoreBackup } from '../../src/store/backup/restore.ts';
import { optionsFor } from './instance.ts';

const [file, place, migrations, step] = process.argv.slice(2) as [string, string, string, string];
const { master, ...rest } = JSON.parse(place);
await restoreBackup(
  file,
  { ...rest, master: Buffer.from(master, 'hex') },
  {
    ...optionsFor(file, migrations),
    onStep: (name) => {
      if (name === step) process.kill(process.pid, 'SIGKILL');
    },
  },
);
