/** Who may see or change what of an account, and under which role of the database their page works. */
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { asRole } from '../../store/walls/as-role.ts';
import { demandRole, type MemberRole, type Permission } from '../accounts/index.ts';
import type { Actor } from '../actor.ts';
import type { AgreementParts } from '../agreements/index.ts';
import type { ConsentLedger, DataTermsParts } from '../consent/index.ts';
import { inward } from '../outward.ts';
import type { PaymentParts } from '../payments/index.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import type { EngineDeclaration } from '../settings.ts';
import {
  type Caller,
  type Demand,
  demandSignedIn,
  type SignedIn,
  type SignInParts,
} from '../sign-in/index.ts';

export interface ConsoleParts {
  readonly services: Services;
  readonly signIn: SignInParts;
  /** Of the login that people's requests run on; it works in a role for one person and account, or not at all. */
  readonly requests: Db;
  readonly ledger: ConsentLedger;
  readonly declarations: readonly EngineDeclaration[];
  readonly announced: DataTermsParts['announced'];
  readonly agreements: AgreementParts;
  /** Null: credit is added by the operator alone. */
  /** Null: nobody pays by Stripe here, or not yet. */
  readonly payments: () => PaymentParts | null;
}

/** Somebody who may do in an account what they ask for. */
export interface Member {
  readonly who: SignedIn;
  readonly account: Id;
  readonly role: MemberRole;
}

export type Form = Readonly<Record<string, string>>;

/** A member as the record names them. */
export const acting = ({ account, role, who }: Member): { account: Id; actor: Actor & { person: Id } } => ({
  account,
  actor: { role: role === 'owner' ? 'owner' : 'member', person: who.person },
});

export function accountId(text: string): Id {
  const account = inward('acct', text);
  if (account === null) throw new Problem(404, 'no_such_account', 'An account has an id like acct_….');
  return account;
}

export type Gate = ReturnType<typeof gateOf>;

export function gateOf({ services, signIn, requests }: ConsoleParts) {
  /**
   * What `work` reads is the person's and the account's own, whatever it asks for: a transaction of its own as
   * `kept_request`, behind row security. Throws as `member`.
   */
  async function seen<Done>(
    caller: Caller,
    id: string,
    what: Permission,
    work: (member: Member, mine: Services) => Promise<Done>,
    demand?: Demand,
  ): Promise<Done> {
    const { who } = await demandSignedIn(signIn, caller, demand);
    const account = accountId(id);
    return asRole(requests, 'kept_request', { person: who.person, account }, async (tx) => {
      const mine = { ...services, db: tx };
      return work({ who, account, role: await demandRole(mine, who.person, account, what) }, mine);
    });
  }
  /** Throws `Problem`: not signed in, something still asked, no such account, or a role that is not enough. */
  const member = (caller: Caller, id: string, what: Permission, demand?: Demand): Promise<Member> =>
    seen(caller, id, what, async (whose) => whose, demand);
  /** `work` for those whose role in the account allows `what`; throws as `member` for all others. */
  const reading =
    <Rest extends unknown[], Done>(
      what: Permission,
      work: (member: Member, mine: Services, ...rest: Rest) => Promise<Done>,
    ) =>
    (caller: Caller, id: string, ...rest: Rest): Promise<Done> =>
      seen(caller, id, what, (whose, mine) => work(whose, mine, ...rest));
  /** As `reading`, for what changes something: that is an act of the system's, beside its entry in the record. */
  const changing =
    <Rest extends unknown[], Done>(
      what: Permission,
      work: (member: Member, ...rest: Rest) => Promise<Done>,
      demand?: Demand,
    ) =>
    async (caller: Caller, id: string, ...rest: Rest): Promise<Done> =>
      work(await member(caller, id, what, demand), ...rest);
  return { seen, member, reading, changing };
}
