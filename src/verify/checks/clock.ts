/** What becomes of somebody weeks after they were deleted: looked at by a clock of its own, in a place of its own. */
import { dirname } from 'node:path';
import { type Check, countOf, noneOf, type Seen } from '../check.ts';
import { type Deletion, walkDeletion } from '../scratch/deletion.ts';
import { takeGround } from '../scratch/ground.ts';
import { walkKeys } from '../scratch/keys-alone.ts';

export const broughtBack: Check = {
  id: 'brought-back',
  clauses: ['RETAIN-2'],
  pace: 'day',
  restsMs: 4 * 60_000,
  probe:
    'Walks a probe through a deletion and the days of its grace, by the same code and a clock of its own in a database and a folder made for it, and tries to bring it back: by its sign-in, its API key, every key that is left, and backups of before and during the grace.',
  async look(eyes, signal) {
    const { databaseUrl, exportsFolder } = eyes.settings;
    const ground = await takeGround(databaseUrl, dirname(exportsFolder));
    try {
      return ground.databaseUrl === null
        ? ofKeys(await walkKeys(ground.folder))
        : ofAll(await walkDeletion(eyes, ground, ground.databaseUrl, signal));
    } finally {
      await ground.leave();
    }
  },
};

const ofAll = ({ wrong, values, files, isInDatabase }: Deletion): Seen =>
  noneOf(
    wrong,
    `30 days after a probe asked to be deleted, none of ${countOf(values, 'sealed value')} of it opens, neither where it was nor from backups of before and during the grace; another probe is there in each. Reach: rows, and ${countOf(files, 'file')}, ${isInDatabase ? 'those of the database among them' : 'none of them of the database'}.`,
  );

const ofKeys = (wrong: readonly string[]): Seen =>
  noneOf(
    wrong,
    'A probe that asked to be deleted is in no new copy of the keys, and afterwards its key is gone. Reach: keys. The owner of the tables may not make databases on this server (CREATEDB): a deletion by a clock of its own and what backups bring back were not looked at.',
  );
