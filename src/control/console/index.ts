/**
 * What the console's pages call: who is signed in, which of their accounts a page is about, and whether their role in
 * it is enough. Every page about an account begins with `member`, every page about a person with `signIn.demandSignedIn`.
 */
import { asRole } from '../../store/walls/as-role.ts';
import { accountsOf, demandRole, type OwnAccount } from '../accounts/index.ts';
import { captureNow } from '../capture/index.ts';
import { type Suspension, standingSuspension } from '../desk/index.ts';
import { outward } from '../outward.ts';
import { unpaidRpmOf } from '../payments/index.ts';
import type { SignedIn } from '../sign-in/index.ts';
import { dataPages } from './data.ts';
import { accountId, type ConsoleParts, gateOf } from './gate.ts';
import { keyPages } from './keys.ts';
import { memberPages } from './members.ts';
import { moneyPages } from './money.ts';
import { overviewOf } from './overview.ts';

export type { Member } from './gate.ts';
export type { FirstStep } from './overview.ts';

export interface ShownAccount extends Omit<OwnAccount, 'account'> {
  /** Like `acct_…`. */
  readonly id: string;
}

/** Null: nothing of it. */
interface HoldingBack {
  readonly suspension: Suspension | null;
  /** Requests a minute while an invoice is not paid; 0: the keys do not work. */
  readonly unpaidRpm: number | null;
  /** Until when the account’s requests are being kept, for all members to see (INFER-4); ISO 8601. */
  readonly keptUntil: string | null;
}

export type ConsolePages = ReturnType<typeof forConsole>;

export function forConsole(parts: ConsoleParts) {
  const { services, signIn, requests } = parts;
  const gate = gateOf(parts);
  const { member, reading } = gate;
  return {
    member,
    overview: reading('see', (whose, mine) => overviewOf(mine, whose)),
    ...keyPages(parts, gate),
    ...memberPages(parts, gate),
    ...moneyPages(parts, gate),
    ...dataPages(parts, gate),
    /** Why an account’s keys do not work, or not as they would, for those who belong to it (AUTO-2). */
    holdingBack: (who: SignedIn, id: string): Promise<HoldingBack> => {
      const account = accountId(id);
      return asRole(requests, 'kept_request', { person: who.person, account }, async (tx) => {
        const mine = { ...services, db: tx };
        await demandRole(mine, who.person, account, 'see');
        return {
          suspension: await standingSuspension(mine, account),
          unpaidRpm: await unpaidRpmOf(mine, account),
          keptUntil: await captureNow(mine, account, signIn.now()),
        };
      });
    },
    /** The accounts of somebody who is signed in, the oldest first. */
    accountsOf: async (who: SignedIn): Promise<ShownAccount[]> =>
      (await accountsOf(services, who.person)).map(({ account, ...rest }) => ({
        id: outward('acct', account),
        ...rest,
      })),
  };
}
