/** The page that an invitation's link opens: whoever holds the link looks and declines, the invited person accepts. */
import {
  acceptInvitation,
  declineInvitation,
  lookAtInvitation,
  type MemberParts,
  type SeenInvitation,
} from '../members/index.ts';
import { Problem } from '../problem.ts';
import {
  type Caller,
  demandSignedIn,
  type SignedIn,
  type SignInParts,
  SignInRefused,
} from '../sign-in/index.ts';

export function forJoining(members: MemberParts, signIn: SignInParts) {
  /** Links that are none count against the network that they come from. */
  async function withLimit<Done>({ network }: Caller, work: () => Promise<Done>): Promise<Done> {
    const waitMs = signIn.limits.waitMs('token', network);
    if (waitMs > 0) throw new SignInRefused('too_many_tries', { retryAfter: Math.ceil(waitMs / 1000) });
    try {
      return await work();
    } catch (error) {
      if (error instanceof Problem && error.status === 410) signIn.limits.count('token', network);
      throw error;
    }
  }
  return {
    /** `who`: nobody, or somebody of whom nothing is asked any more. Null for a link that is over or never was one. */
    look: (token: string, who: SignedIn | null): Promise<SeenInvitation | null> =>
      lookAtInvitation(members, token, who?.person ?? null),
    /** Answers the account, like `acct_…`. Throws `Problem`. */
    accept: async (caller: Caller, token: string): Promise<string> => {
      const { who } = await demandSignedIn(signIn, caller);
      return withLimit(caller, () => acceptInvitation(members, token, who.person));
    },
    /** Needs nobody signed in. `never`: no invitation goes to that address any more. */
    decline: (caller: Caller, token: string, never: boolean): Promise<void> =>
      withLimit(caller, () => declineInvitation(members, token, never)),
  };
}
