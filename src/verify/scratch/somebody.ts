/** Somebody in a scratch house, with a bit of everything that a house holds about people, all of it made by its own code. */

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createAccount } from '../../control/accounts/index.ts';
import { giveConsent } from '../../control/consent/index.ts';
import { createKey } from '../../control/keys/index.ts';
import { beginConversation } from '../../control/messages/index.ts';
import { versionsInForce } from '../../control/policy/index.ts';
import { newWord } from '../../control/probes/index.ts';
import { makeSetupLink } from '../../control/sign-in/index.ts';
import { recordUsage } from '../../control/usage/index.ts';
import type { Eyes } from '../eyes.ts';
import type { House } from './house.ts';

export interface Somebody {
  readonly person: string;
  readonly account: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  /** What they wrote. */
  readonly words: string;
  /** The text of their API key. */
  readonly key: string;
  /** Of a browser that is signed in. */
  readonly cookies: string;
}

export type Caller = ReturnType<House['signIn']['callerOf']>;
export const caller = (house: House, cookies = ''): Caller =>
  house.signIn.callerOf(new Headers({ ...(cookies !== '' && { cookie: cookies }) }), '127.0.0.1');

/** What nobody else says: where one of these is found, they are. */
export const saidBy = ({ name, email, words }: Somebody): string[] => [
  name.slice('Probe '.length),
  email.slice(0, email.indexOf('@')),
  words,
];

/** `url`: of the house's database. */
export async function moveIn(
  house: House,
  url: string,
  { documents }: Pick<Eyes, 'documents'>,
): Promise<Somebody> {
  const { services, signIn, signInParts, store } = house;
  const name = `Probe ${newWord()}`;
  const email = `${newWord()}@probe.kept.invalid`;
  const { person, account } = await createAccount(services, { name, email, staffRole: null, way: 'trial' });
  const password = randomBytes(18).toString('base64url');
  const link = await makeSetupLink(signInParts, person, { reached: true });
  const token = new URL(link.url).searchParams.get('token') ?? '';
  const { setCookies } = await signIn.useSetupLink(caller(house), { token, password });
  const cookies = setCookies.map((line) => line.split(';')[0]).join('; ');
  await signIn.agree(caller(house, cookies), { ...versionsInForce(documents), adult: true });
  const { key, id } = await createKey(services, { account, name: 'probe' });
  await use(url, { account, key: id, at: store.now() });
  const subject = { kind: 'person', id: person } as const;
  await giveConsent(house.consents, { subject, purpose: 'measurement', way: 'web', role: 'person' });
  const words = `words${newWord()}`;
  const message = { person, door: 'console', kind: 'feedback', subject: 'From a probe', words } as const;
  await beginConversation(house.receiving, { ...message, files: [], acknowledged: false });
  return { person, account, name, email, password, words, key, cookies };
}

const ANSWERED = {
  model: 1,
  engine: 1,
  endpoint: 'chat',
  durationMs: 900,
  firstByteMs: 90,
  promptTokens: 12,
  cachedTokens: 0,
  completionTokens: 30,
  reasoningTokens: 0,
  images: 0,
  audioSeconds: 0,
  price: 420,
  ending: 'complete',
  estimated: false,
  stream: false,
} as const;

/** A request that was answered and has a price, as the recorder writes it down. */
async function use(
  url: string,
  { account, key, at }: { account: string; key: string; at: number },
): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'kept verify' });
  client.on('error', () => {});
  try {
    await client.connect();
    await recordUsage(client, [
      {
        ...ANSWERED,
        id: randomBytes(16).toString('hex'),
        account,
        key,
        startedAt: at,
      },
    ]);
  } finally {
    await client.end();
  }
}
