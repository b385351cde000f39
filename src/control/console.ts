/**
 * What the console's pages call: who is signed in, which of their accounts a page is about, and whether their role in
 * it is enough. Every page about an account begins with `member`, every page about a person with `signIn.demandSignedIn`.
 */
import type { Id } from '../link/ids.ts';
import {
  accountsOf,
  demandRole,
  type MemberRole,
  may,
  type OwnAccount,
  type Permission,
} from './accounts/index.ts';
import type { Actor } from './actor.ts';
import { balanceOf, readLedger } from './billing/index.ts';
import { type Suspension, standingSuspension } from './desk/index.ts';
import {
  createKeyByForm,
  listKeys,
  type MadePlaygroundKey,
  MODEL_FIELD,
  makePlaygroundKey,
  revokeKeyByForm,
} from './keys/index.ts';
import { inward, outward } from './outward.ts';
import { Problem } from './problem.ts';
import type { Services } from './services.ts';
import {
  type Caller,
  type Demand,
  demandSignedIn,
  type SignedIn,
  type SignInParts,
} from './sign-in/index.ts';
import { requestsPage, usageReport } from './usage/index.ts';

/** A day at the desk: whoever finds a browser signed in after that makes no key with it. */
const PLAYGROUND_WITHIN_MS = 12 * 3_600_000;

interface ConsoleParts {
  readonly services: Services;
  readonly signIn: SignInParts;
}

/** Somebody who may do in an account what they ask for. */
export interface Member {
  readonly who: SignedIn;
  readonly account: Id;
  readonly role: MemberRole;
}

export interface ShownAccount extends Omit<OwnAccount, 'account'> {
  /** Like `acct_…`. */
  readonly id: string;
}

type Form = Readonly<Record<string, string>>;

/** A member as the record names them. */
const acting = ({ account, role, who }: Member): { account: Id; actor: Actor & { person: Id } } => ({
  account,
  actor: { role: role === 'owner' ? 'owner' : 'member', person: who.person },
});

function accountId(text: string): Id {
  const account = inward('acct', text);
  if (account === null) throw new Problem(404, 'no_such_account', 'An account has an id like acct_….');
  return account;
}

export type ConsolePages = ReturnType<typeof forConsole>;

export function forConsole({ services, signIn }: ConsoleParts) {
  /** Throws `Problem`: not signed in, something still asked, no such account, or a role that is not enough. */
  async function member(caller: Caller, id: string, what: Permission, demand?: Demand): Promise<Member> {
    const { who } = await demandSignedIn(signIn, caller, demand);
    const account = accountId(id);
    return { who, account, role: await demandRole(services, who.person, account, what) };
  }
  /** `work` for those whose role in the account allows `what`; throws as `member` for all others. */
  const by =
    <Rest extends unknown[], Done>(
      what: Permission,
      work: (member: Member, ...rest: Rest) => Promise<Done>,
      demand?: Demand,
    ) =>
    async (caller: Caller, id: string, ...rest: Rest): Promise<Done> =>
      work(await member(caller, id, what, demand), ...rest);
  const keyParts = { services, notices: signIn.notices, siteUrl: signIn.settings.siteUrl };
  return {
    member,
    keys: {
      /** What stands before a model's name in the field that ticks it. */
      modelField: MODEL_FIELD,
      /** All of the account, the oldest first. */
      list: by('see', async ({ account, role }) => {
        const all = await listKeys(services, account);
        return {
          keys: all.filter(({ use }) => use === 'programs'),
          /** Of members' playgrounds; they end by themselves. */
          playground: all.filter(({ use }) => use === 'playground'),
          mayManage: may(role, 'manage_keys'),
        };
      }),
      create: by('manage_keys', (whose, form: Form) => createKeyByForm(keyParts, acting(whose), form), {
        fresh: true,
      }),
      revoke: by('manage_keys', (whose, key: string) => revokeKeyByForm(keyParts, acting(whose), key)),
    },
    /** Whoever confirmed longer ago that it is them gets no key for the playground. */
    playgroundWithinMs: PLAYGROUND_WITHIN_MS,
    /** A key for the browser of somebody who tries models; throws `Problem` as `member`, and when asked too often. */
    async makePlaygroundKey(caller: Caller, id: string): Promise<MadePlaygroundKey> {
      const { who, account } = await member(caller, id, 'use_models', { withinMs: PLAYGROUND_WITHIN_MS });
      return makePlaygroundKey(services, { account, person: who.person });
    },
    usage: {
      /** Sums by day, model and key, with the names of keys. */
      report: by('see_usage', async ({ account }, asked: Parameters<typeof usageReport>[2]) => {
        const report = await usageReport(services, account, asked, Date.now());
        const keys = await listKeys(services, account);
        return { ...report, keyNames: Object.fromEntries(keys.map(({ id, name }) => [id, name ?? id])) };
      }),
      /** One page of the log of requests. */
      requests: by('see_usage', ({ account }, after: string | null) =>
        requestsPage(services, account, after),
      ),
    },
    /** Balance, and at most `limit` entries of the ledger before the one with the number `before`. */
    credit: by('see_money', async ({ account }, before: number | null, limit: number) => ({
      balance: await balanceOf(services, account),
      entries: await readLedger(services, account, before, limit),
    })),
    /** Why an account is suspended, for those who belong to it (AUTO-2); null when it is not. */
    suspensionOf: async (who: SignedIn, id: string): Promise<Suspension | null> => {
      const account = accountId(id);
      await demandRole(services, who.person, account, 'see');
      return standingSuspension(services, account);
    },
    /** The accounts of somebody who is signed in, the oldest first. */
    accountsOf: async (who: SignedIn): Promise<ShownAccount[]> =>
      (await accountsOf(services, who.person)).map(({ account, ...rest }) => ({
        id: outward('acct', account),
        ...rest,
      })),
  };
}
