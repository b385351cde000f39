/** Keys of an account, for programs and for the playground. */
import { may } from '../accounts/index.ts';
import {
  createKeyByForm,
  listKeys,
  type MadePlaygroundKey,
  MODEL_FIELD,
  makePlaygroundKey,
  revokeKeyByForm,
} from '../keys/index.ts';
import type { Caller } from '../sign-in/index.ts';
import { acting, type ConsoleParts, type Form, type Gate } from './gate.ts';

/** A day at the desk: whoever finds a browser signed in after that makes no key with it. */
const PLAYGROUND_WITHIN_MS = 12 * 3_600_000;

export function keyPages({ services, signIn }: ConsoleParts, { member, reading, changing }: Gate) {
  const keyParts = { services, notices: signIn.notices, siteUrl: signIn.settings.siteUrl };
  return {
    keys: {
      /** What stands before a model's name in the field that ticks it. */
      modelField: MODEL_FIELD,
      /** All of the account, the oldest first. */
      list: reading('see', async ({ account, role }, mine) => {
        const all = await listKeys(mine, account);
        return {
          keys: all.filter(({ use }) => use === 'programs'),
          /** Of members' playgrounds; they end by themselves. */
          playground: all.filter(({ use }) => use === 'playground'),
          mayManage: may(role, 'manage_keys'),
        };
      }),
      create: changing('manage_keys', (whose, form: Form) => createKeyByForm(keyParts, acting(whose), form), {
        fresh: true,
      }),
      revoke: changing('manage_keys', (whose, key: string) => revokeKeyByForm(keyParts, acting(whose), key)),
    },
    /** Whoever confirmed longer ago that it is them gets no key for the playground. */
    playgroundWithinMs: PLAYGROUND_WITHIN_MS,
    /** A key for the browser of somebody who tries models; throws `Problem` as `member`, and when asked too often. */
    async makePlaygroundKey(caller: Caller, id: string): Promise<MadePlaygroundKey> {
      const { who, account } = await member(caller, id, 'use_models', { withinMs: PLAYGROUND_WITHIN_MS });
      return makePlaygroundKey(services, { account, person: who.person });
    },
  };
}
