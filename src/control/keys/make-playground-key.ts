/**
 * The key of somebody's playground: their browser asks the gateway with it, so that control never sees what is said. One
 * for each person in each account, made anew each time it is asked for, which ends the one before; it ends by itself
 * within minutes. It has limits of its own, is charged to the account, and is none of the keys that people manage.
 */
import { and, eq } from 'drizzle-orm';
import { makeApiKey } from '../../link/api-key.ts';
import { type Id, newId } from '../../link/ids.ts';
import type { BillingMode } from '../../link/words.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import { demandRole } from '../accounts/index.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { type KeyRow, toKeyState } from './key-state.ts';
import { hashKey } from './pepper.ts';
import { apiKey } from './schema.ts';

/** Long enough for a few questions; what a stolen one could still do is over soon. */
export const PLAYGROUND_KEY_MS = 5 * 60_000;
/** Each is an entry of the record, so nobody makes them by the thousand. */
const AGAIN_AFTER_MS = 2_000;
/** What one person does by hand. */
const LIMITS = { requestsPerMinute: 30, concurrency: 2 } as const;
const BUDGET_DAY_MICRO_USD = 5_000_000;
/** Where use has no price. */
const BUDGET_DAY_TOKENS = 2_000_000;

const limitsUnder = (billing: BillingMode) => ({
  ...LIMITS,
  budgetDay: billing === 'off' ? null : BUDGET_DAY_MICRO_USD,
  budgetDayTokens: billing === 'off' ? BUDGET_DAY_TOKENS : null,
});

export interface MadePlaygroundKey {
  readonly id: Id;
  /** Told this once. */
  readonly key: string;
  readonly expiresAt: Date;
}

/** For a person who may use models in the account: the caller has looked. Throws `Problem` 429 when asked too often. */
export function makePlaygroundKey(
  services: Services,
  whose: { readonly account: Id; readonly person: Id },
): Promise<MadePlaygroundKey> {
  // One after the other: two at once would both find none.
  return services.directory.exclusively(() => make(services, whose));
}

async function make(
  services: Services,
  { account, person }: { readonly account: Id; readonly person: Id },
): Promise<MadePlaygroundKey> {
  const { vault, pepper, record, directory, log, billing } = services;
  const limits = limitsUnder(billing);
  const key = makeApiKey();
  const now = Date.now();
  const fresh = { hash: hashKey(pepper, key), expiresAt: new Date(now + PLAYGROUND_KEY_MS) };
  const row = await record.act(
    async (tx, enter) => {
      // Whoever was removed since the caller looked gets none: that takes turns with this.
      await demandRole({ db: tx }, person, account, 'use_models');
      const own = and(eq(apiKey.account, account), eq(apiKey.person, person));
      const [known] = await tx.select().from(apiKey).where(own).for('update');
      if (known !== undefined) demandPause(known, now);
      const sealed = () =>
        sealRow(vault, apiKey, { id: newId(), account, person, name: 'Playground', ...limits, ...fresh });
      const [made] =
        known === undefined
          ? await tx.insert(apiKey).values(sealed()).returning()
          : await tx
              .update(apiKey)
              .set({ ...limits, ...fresh, state: 'active', revokedAt: null })
              .where(own)
              .returning();
      if (made === undefined) throw new Error('a written key is not returned');
      await enter({
        kind: 'access_change',
        role: 'person',
        about: { kind: 'account', id: account },
        content: {
          what: 'playground_key_made',
          account,
          key: made.id,
          person,
          expires_at: fresh.expiresAt.toISOString(),
        },
      });
      return made;
    },
    { committed: (made) => directory.putKey(toKeyState(vault, made)) },
  );
  log('info', 'key_created', { account, key: row.id });
  return { id: row.id, key, expiresAt: fresh.expiresAt };
}

function demandPause({ expiresAt }: KeyRow, now: number): void {
  const madeAt = (expiresAt?.getTime() ?? 0) - PLAYGROUND_KEY_MS;
  if (now - madeAt < AGAIN_AFTER_MS) throw new TooSoon();
}

class TooSoon extends Problem {
  override readonly headers = { 'retry-after': String(AGAIN_AFTER_MS / 1_000) };
  constructor() {
    super(429, 'too_many_tries', 'The last key was made a moment ago. Try again in two seconds.');
  }
}
