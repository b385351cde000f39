/** Very many readers of the newsletter, made past control, which is stopped meanwhile; and a mail server that only counts. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import { person } from '../../src/control/accounts/schema.ts';
import { consent } from '../../src/control/consent/schema.ts';
import { writeToOutbox } from '../../src/control/notices/outbox.ts';
import { openKeys } from '../../src/control/open-keys.ts';
import { newsletterReader } from '../../src/control/promotion/schema.ts';
import { openDatabase } from '../../src/store/database.ts';
import { sealRow } from '../../src/store/sealed-rows.ts';
import { Vault } from '../../src/store/sealing/vault.ts';
import type { TestControl } from '../support/control.ts';

const CHUNK = 1000;
const newId = (): string => randomBytes(16).toString('hex');

/** `control` has to be stopped. Answers their ids. */
export async function seedReaders(
  { settings }: Pick<TestControl, 'settings'>,
  count: number,
): Promise<string[]> {
  const database = openDatabase(settings.databaseUrl);
  const keys = await openKeys(settings, database.db);
  const vault = new Vault(keys);
  const made: string[] = [];
  try {
    for (let at = 0; at < count; at += CHUNK) {
      const ids = Array.from({ length: Math.min(CHUNK, count - at) }, newId);
      await keys.createMany(ids.map((id) => ({ kind: 'person', id })));
      const now = new Date();
      const rows = ids.map((id) => ({ id, email: `${id}@example.org`, name: id, emailVerifiedAt: now }));
      await database.db.insert(person).values(rows.map((row) => sealRow(vault, person, row)));
      await database.db.insert(newsletterReader).values(ids.map((id) => ({ person: id, since: now })));
      await database.db.insert(consent).values(
        ids.map((id) => ({
          id: newId(),
          person: id,
          purpose: 'promotional_mail' as const,
          version: 2,
          answer: 'given' as const,
          at: now,
          way: 'newsletter' as const,
          entry: newId(),
        })),
      );
      made.push(...ids);
    }
    return made;
  } finally {
    await keys.close();
    await database.close();
  }
}

/** As many mails that wait in the outbox, each to somebody else. `control` has to be stopped. */
export async function seedServiceMails(
  { settings }: Pick<TestControl, 'settings'>,
  count: number,
): Promise<void> {
  const database = openDatabase(settings.databaseUrl);
  const keys = await openKeys(settings, database.db);
  const vault = new Vault(keys);
  const parts = { vault, now: Date.now, deliverable: true };
  try {
    const [whom] = await database.db.select({ id: person.id }).from(person).limit(1);
    if (whom === undefined) throw new Error('there is nobody');
    const wish = {
      template: 'password_changed',
      person: whom.id,
      values: { url: settings.siteUrl },
    } as const;
    await database.db.transaction(async (tx) => {
      for (let n = 0; n < count; n++) await writeToOutbox(parts, tx, wish);
    });
  } finally {
    await keys.close();
    await database.close();
  }
}

export interface Sink {
  readonly url: string;
  /** Mails that each address was sent. */
  readonly counts: ReadonlyMap<string, number>;
  /** All of them. */
  readonly total: () => number;
  stop(): Promise<void>;
}

export async function startSink(): Promise<Sink> {
  const counts = new Map<string, number>();
  let total = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, session, done) {
      stream.on('end', () => {
        for (const { address } of session.envelope.rcptTo)
          counts.set(address, (counts.get(address) ?? 0) + 1);
        total++;
        done();
      });
      stream.resume();
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    counts,
    total: () => total,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
