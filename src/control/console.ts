/**
 * What the console's pages call: who is signed in, which of their accounts a page is about, and whether their role in
 * it is enough. Every page about an account begins with `member`, every page about a person with `signIn.demandSignedIn`.
 */
import type { Id } from '../link/ids.ts';
import {
  accountsOf,
  demandRole,
  type MemberRole,
  type OwnAccount,
  type Permission,
} from './accounts/index.ts';
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

export type ConsolePages = ReturnType<typeof forConsole>;

export function forConsole({ services, signIn }: ConsoleParts) {
  /** Throws `Problem`: not signed in, something still asked, no such account, or a role that is not enough. */
  async function member(caller: Caller, id: string, what: Permission, demand?: Demand): Promise<Member> {
    const { who } = await demandSignedIn(signIn, caller, demand);
    const account = inward('acct', id);
    if (account === null) throw new Problem(404, 'no_such_account', 'An account has an id like acct_….');
    return { who, account, role: await demandRole(services, who.person, account, what) };
  }
  return {
    member,
    /** The accounts of somebody who is signed in, the oldest first. */
    accountsOf: async (who: SignedIn): Promise<ShownAccount[]> =>
      (await accountsOf(services, who.person)).map(({ account, ...rest }) => ({
        id: outward('acct', account),
        ...rest,
      })),
  };
}
