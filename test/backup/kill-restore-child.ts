/** Restores as the command does, and kills itself after the step that it is told. */
import { ledgerPlace, restoreParts } from '../../src/control/backup/index.ts';
import { restoreBackup } from '../../src/store/backup/restore.ts';
import { MASTER_KEY, type Place } from './commands.ts';

const [file, told, step] = process.argv.slice(2) as [string, string, string];
const place = JSON.parse(told) as Place;
await restoreBackup(
  file,
  {
    dataFolder: place.data,
    databaseUrl: place.databaseUrl as string,
    keysFolder: place.keys,
    ledger: ledgerPlace(place.ledger),
    master: Buffer.from(MASTER_KEY, 'hex'),
  },
  {
    ...restoreParts,
    keysFile: `${file}.keys`,
    onStep: (name) => {
      if (name === step) process.kill(process.pid, 'SIGKILL');
    },
  },
);
