/** The store that crashes: over a database of its own by way of a relay, with somebody else in it who must lose nothing. */
import { randomBytes } from 'node:crypto';
import { text } from 'drizzle-orm/pg-core';
import { account as productAccount, person as productPerson } from '../../src/control/accounts/schema.ts';
import { replayChoices } from '../../src/control/consent/index.ts';
import { consent } from '../../src/control/consent/schema.ts';
import { id, microUsd, moment } from '../../src/store/columns.ts';
import { replayLedger, resumeErasures } from '../../src/store/erasure/resume.ts';
import type { ErasureSettings } from '../../src/store/erasure/settings.ts';
import { none, refers, stored } from '../../src/store/map/columns.ts';
import { PLAIN, subjectId } from '../../src/store/map/presets.ts';
import { entryOf, mapped } from '../../src/store/map/table.ts';
import { moveApart } from '../../src/store/retention/move-apart.ts';
import { accountCorrection, correction } from '../../src/store/rights/schema.ts';
import { ALL_TABLES, openStage, type Stage, seedPerson, temporaryFolder } from '../erasure/stage.ts';
import { account } from '../store/fixture-map.ts';
import { statementsFor } from '../store/make-tables.ts';
import { runSql } from '../support/control.ts';
import { instrument } from '../support/faulty-disk.ts';
import { type LossyPostgres, relayTo } from '../support/lossy-postgres.ts';
import type { TestPostgres } from '../support/postgres.ts';

const booked = {
  class: 'user.financial',
  purposes: ['billing', 'legal'],
  source: 'observed',
  access: 'yes',
  export: 'yes',
  correct: { no: 'the books are not changed' },
  erase: 'keep minimised until',
} as const;

/** What ends by itself and a law keeps: the sweep moves it apart. */
export const invoice = mapped('fixture_invoice', {
  about: 'What an account was billed.',
  subject: { kind: 'direct', of: 'account', column: 'account' },
  retention: { kind: 'days after', days: 10, event: 'at' },
  law: { keeps: 'us-tax-records', since: 'at' },
  columns: {
    id: none(id('id').primaryKey(), 'random number of the row'),
    account: refers(
      'account',
      id('account_id')
        .notNull()
        .references(() => account.id),
      subjectId('Account'),
    ),
    amount: stored(microUsd('amount').notNull(), { ...booked, label: 'Amount', plain: PLAIN.amount }),
    at: stored(moment('at').notNull(), { ...booked, label: 'When', plain: PLAIN.time }),
    code: none(text('code'), 'a word of a closed list'),
  },
});

const MORE = [invoice, correction, accountCorrection, productPerson, productAccount, consent];

export interface Who {
  readonly person: string;
  readonly account: string;
}

/** A stage as it is opened for one run. */
export interface Running {
  readonly stage: Stage;
  readonly store: Stage['store'];
  readonly settings: ErasureSettings;
  /** Where the database is reached, by way of the relay. */
  readonly url: string;
  /** Of everything outside the database. */
  readonly folder: string;
  readonly master: Buffer;
}

export interface Place {
  readonly url: string;
  readonly folder: string;
  readonly master: string;
}

export async function openPlace({ url, folder, master }: Place): Promise<Running> {
  const key = Buffer.from(master, 'hex');
  const stage = await openStage(url, folder, key);
  const store = { ...stage.store, map: [...stage.store.map, ...MORE.map((table) => entryOf(table))] };
  return { stage, store, settings: { ...stage.settings, store, moveApart }, url, folder, master: key };
}

/** As control does it before anything is served. */
export async function startUp({ settings }: Running): Promise<void> {
  await replayChoices(settings.store);
  await replayLedger(settings);
  await resumeErasures(settings);
}

export interface Ground extends Place {
  readonly relay: LossyPostgres;
  readonly other: Who;
  end(): Promise<void>;
}

let statements: Promise<string> | null = null;

export async function makeGround(postgres: TestPostgres): Promise<Ground> {
  // From the first file on that is opened: some stay open for as long as the store.
  await instrument();
  const behind = await postgres.database();
  statements ??= statementsFor([...ALL_TABLES, ...MORE]).then((all) => all.join('\n'));
  await runSql(behind, await statements);
  const relay = await relayTo(behind);
  const { folder, remove } = await temporaryFolder();
  const place = { url: relay.url, folder, master: randomBytes(32).toString('hex') };
  const { stage } = await openPlace(place);
  const other = await seedPerson(stage, 'somebody else');
  await stage.close();
  return {
    ...place,
    relay,
    other,
    async end() {
      await relay.close();
      await remove();
    },
  };
}
