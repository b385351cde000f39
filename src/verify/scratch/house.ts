/**
 * A house as control builds it, over a scratch database and folder and by the clock that it is handed: keys, ledger, record,
 * sign-in, messages, erasure. It serves nobody, sends nothing and logs nothing.
 */
import { join } from 'node:path';
import { accountStates } from '../../control/accounts/index.ts';
import { ledgerPlace } from '../../control/backup/index.ts';
import type { ConsentLedger } from '../../control/consent/index.ts';
import { keyStates } from '../../control/keys/index.ts';
import { MailTags } from '../../control/mail-tags.ts';
import type { Receiving } from '../../control/messages/index.ts';
import { Money } from '../../control/money.ts';
import { Notices, readCatalogues } from '../../control/notices/index.ts';
import { openStore } from '../../control/open-store.ts';
import { outsideErasures } from '../../control/outside/index.ts';
import { versionsInForce } from '../../control/policy/index.ts';
import { remember } from '../../control/remember.ts';
import { type Erasing, erasureSettings } from '../../control/rights/index.ts';
import type { Services } from '../../control/services.ts';
import { forPages, openSignIn, type SignInPages, trustedBy } from '../../control/sign-in/index.ts';
import type { BackupSource } from '../../store/backup/backup.ts';
import { openDatabase } from '../../store/database.ts';
import { openKeyStore } from '../../store/keys/open-key-store.ts';
import type { SubjectName } from '../../store/map/rows.ts';
import { Vault } from '../../store/sealing/vault.ts';
import type { Store } from '../../store/store.ts';
import { Writer } from '../../store/writer.ts';
import type { Eyes } from '../eyes.ts';

const quiet = (): void => {};

/** Where a house stands: the parts of `folder` are `keys` and `ledger`. */
export interface Lot {
  readonly url: string;
  readonly folder: string;
  readonly master: Buffer;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface House {
  readonly store: Store;
  readonly services: Services;
  readonly erasing: Erasing;
  readonly signIn: SignInPages;
  /** To make links with. */
  readonly signInParts: ReturnType<typeof openSignIn>;
  readonly consents: ConsentLedger;
  readonly receiving: Receiving;
  readonly backups: BackupSource;
  close(): Promise<void>;
}

export const keysIn = ({ folder }: Pick<Lot, 'folder'>): string => join(folder, 'keys');
export const ledgerIn = ({ folder }: Pick<Lot, 'folder'>): string => join(folder, 'ledger');

/** The tables are there. */
export async function openHouse(
  { settings, documents }: Pick<Eyes, 'settings' | 'documents'>,
  lot: Lot,
): Promise<House> {
  await using opened = new AsyncDisposableStack();
  const { siteUrl } = settings;
  const database = openDatabase(lot.url);
  opened.defer(() => database.close());
  const { db } = database;
  const keys = await openKeyStore(keysIn(lot), lot.master, { now: lot.now });
  opened.defer(() => keys.close());
  const vault = new Vault(keys);
  const place = { ledgerFolder: ledgerIn(lot), siteUrl };
  const { store, ledger, texts } = await openStore(place, { db, keys, vault, now: lot.now });
  opened.defer(() => store.record.close());
  const isErased = (subject: SubjectName) => ledger.erased(subject);
  const states = {
    accounts: await accountStates({ db, keys, consents: store.consents, isErased }),
    keys: await keyStates(db, vault),
  };
  const { directory, pepper } = await remember(states, keys, keysIn(lot));
  const writer = new Writer(lot.url, 'kept_meter', {
    onConnect: async () => {},
    onLost: quiet,
    onBack: quiet,
  });
  opened.defer(() => writer.stop());
  const services: Services = {
    db,
    keys,
    vault,
    record: store.record,
    consents: store.consents,
    isErased,
    creating: new Set(),
    writer,
    directory,
    money: new Money(directory),
    pepper,
    billing: settings.billing,
    log: quiet,
  };
  const letters = readCatalogues(settings.lettersFolder);
  const writing = { letters, siteUrl, answersTo: null, tags: new MailTags(pepper, null) };
  const notices = new Notices({ db, vault, log: quiet, now: lot.now, ...writing, smtpUrl: null, from: null });
  opened.defer(() => notices.stop());
  const erasing: Erasing = {
    services,
    store,
    outsideOf: async () => [],
    settings: erasureSettings(services, store, ledger, {
      notices,
      siteUrl,
      outside: outsideErasures(store),
      stripe: null,
      archives: { makeWay: async () => {}, forget: async () => {} },
    }),
  };
  const versions = versionsInForce(documents);
  const agreed = {
    ...versions,
    isEnough: (to: 'policy' | 'terms', version: string) => versions[to] === version,
  };
  const signInParts = openSignIn({
    services,
    finding: db,
    store,
    notices,
    settings: { siteUrl, signUp: settings.signUp, providers: [], documents: agreed },
  });
  const closing = opened.move();
  return {
    store,
    services,
    erasing,
    signInParts,
    consents: { store, texts },
    signIn: forPages(signInParts, trustedBy([])),
    receiving: { requesting: { erasing, signIn: signInParts }, answersByMail: false },
    backups: { databaseUrl: lot.url, keys, ledger: ledgerPlace(ledgerIn(lot)), now: lot.now },
    close: () => closing.disposeAsync(),
  };
}
