/**
 * What the console's pages call: who is signed in, which of their accounts a page is about, and whether their role in
 * it is enough. Every page about an account begins with `member`, every page about a person with `signIn.demandSignedIn`.
 */
import { type Id, isId } from '../link/ids.ts';
import type { Db } from '../store/database.ts';
import { asRole } from '../store/walls/as-role.ts';
import {
  accountsOf,
  demandRole,
  listMembers,
  type MemberRole,
  may,
  type OwnAccount,
  type Permission,
} from './accounts/index.ts';
import type { Actor } from './actor.ts';
import {
  type AgreementParts,
  accept,
  acceptances,
  acceptedDocument,
  agreementHtml,
  agreementNow,
} from './agreements/index.ts';
import {
  addWarning,
  levelText,
  listWarnings,
  readLedger,
  removeWarning,
  WARNINGS_MAX,
} from './billing/index.ts';
import { captureNow, capturePages, type ListedRequest } from './capture/index.ts';
import {
  answerTraining,
  type ConsentLedger,
  type DataTermsParts,
  dataTerms,
  setDataTerms,
  setObjections,
} from './consent/index.ts';
import { type Suspension, standingSuspension } from './desk/index.ts';
import { forJoining } from './joining.ts';
import {
  createKeyByForm,
  listKeys,
  type MadePlaygroundKey,
  MODEL_FIELD,
  makePlaygroundKey,
  revokeKeyByForm,
} from './keys/index.ts';
import {
  changeRole,
  endMembership,
  INVITATION_DAYS,
  invite,
  type MemberParts,
  openInvitations,
  revokeInvitation,
  sendAgain,
} from './members/index.ts';
import { inward, outward } from './outward.ts';
import { overviewOf } from './overview.ts';
import {
  beginPayment,
  chooseRecharge,
  customerAtStripe,
  dropRecharge,
  endPlan,
  findPayment,
  listPayments,
  OFFERED_USD,
  openPortal,
  type PaymentParts,
  receiptUrl,
  shownPlan,
  shownRecharge,
  showPayment,
  subscribe,
  unpaidRpmOf,
} from './payments/index.ts';
import { Problem } from './problem.ts';
import type { Services } from './services.ts';
import type { EngineDeclaration } from './settings.ts';
import {
  type Caller,
  type Demand,
  demandSignedIn,
  type SignedIn,
  type SignInParts,
} from './sign-in/index.ts';
import { standingOf } from './standing.ts';
import { requestsPage, usageReport } from './usage/index.ts';

/** A day at the desk: whoever finds a browser signed in after that makes no key with it. */
const PLAYGROUND_WITHIN_MS = 12 * 3_600_000;

interface ConsoleParts {
  readonly services: Services;
  readonly signIn: SignInParts;
  /** Of the login that people's requests run on; it works in a role for one person and account, or not at all. */
  readonly requests: Db;
  readonly ledger: ConsentLedger;
  readonly declarations: readonly EngineDeclaration[];
  readonly announced: DataTermsParts['announced'];
  readonly agreements: AgreementParts;
  /** Null: credit is added by the operator alone. */
  readonly payments: PaymentParts | null;
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

/** Null: nothing of it. */
interface HoldingBack {
  readonly suspension: Suspension | null;
  /** Requests a minute while an invoice is not paid; 0: the keys do not work. */
  readonly unpaidRpm: number | null;
  /** Until when the account’s requests are being kept, for all members to see (INFER-4); ISO 8601. */
  readonly keptUntil: string | null;
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

function idIn(text: string): Id {
  if (!isId(text)) throw new Problem(404, 'not_found', 'There is no such member or invitation.');
  return text;
}

const memberPartsOf = (
  services: Services,
  { store, notices, settings, limits }: SignInParts,
): MemberParts => ({
  services,
  store,
  notices,
  siteUrl: settings.siteUrl,
  limits,
});

export type ConsolePages = ReturnType<typeof forConsole>;

export function forConsole(parts: ConsoleParts) {
  const { services, signIn, requests } = parts;
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
  const demandPayments = (): PaymentParts => {
    if (parts.payments === null)
      throw new Problem(404, 'no_payments', 'Credit cannot be bought here: the operator adds it.');
    return parts.payments;
  };
  const demandCredit = (): void => {
    if (services.billing !== 'prepaid') throw new Problem(404, 'not_found', 'Nobody has credit here.');
  };
  const captures = capturePages(parts);
  const memberParts = memberPartsOf(services, signIn);
  const keyParts = { services, notices: signIn.notices, siteUrl: signIn.settings.siteUrl };
  return {
    member,
    overview: reading('see', (whose, mine) => overviewOf(mine, whose)),
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
    members: {
      invitationDays: INVITATION_DAYS,
      /** Owners see whom they have invited as well. */
      list: reading('see', async ({ account, role, who }, mine) => {
        const mayManage = may(role, 'manage_members');
        const members = await listMembers(mine, account, services.db);
        return {
          mayManage,
          members: members.map((each) => ({ ...each, isYou: each.person === who.person })),
          invitations: mayManage ? await openInvitations(mine, account, signIn.now()) : [],
        };
      }),
      invite: changing('manage_members', (whose, form: Form) => invite(memberParts, acting(whose), form), {
        fresh: true,
      }),
      sendAgain: changing('manage_members', (whose, invitation: string) =>
        sendAgain(memberParts, acting(whose), idIn(invitation)),
      ),
      revoke: changing('manage_members', (whose, invitation: string) =>
        revokeInvitation(memberParts, acting(whose), idIn(invitation)),
      ),
      changeRole: changing(
        'manage_members',
        (whose, person: string, form: Form) => changeRole(memberParts, acting(whose), idIn(person), form),
        { fresh: true },
      ),
      remove: changing(
        'manage_members',
        (whose, person: string) => endMembership(memberParts, acting(whose), idIn(person)),
        { fresh: true },
      ),
      leave: changing('see', (whose) => endMembership(memberParts, acting(whose), whose.who.person), {
        fresh: true,
      }),
    },
    joining: forJoining(memberParts, signIn),
    /** Whoever confirmed longer ago that it is them gets no key for the playground. */
    playgroundWithinMs: PLAYGROUND_WITHIN_MS,
    /** A key for the browser of somebody who tries models; throws `Problem` as `member`, and when asked too often. */
    async makePlaygroundKey(caller: Caller, id: string): Promise<MadePlaygroundKey> {
      const { who, account } = await member(caller, id, 'use_models', { withinMs: PLAYGROUND_WITHIN_MS });
      return makePlaygroundKey(services, { account, person: who.person });
    },
    usage: {
      /** Sums by day, model and key, with the names of keys. */
      report: reading('see_usage', async ({ account }, mine, asked: Parameters<typeof usageReport>[2]) => {
        const report = await usageReport(mine, account, asked, Date.now());
        const keys = await listKeys(mine, account);
        return { ...report, keyNames: Object.fromEntries(keys.map(({ id, name }) => [id, name ?? id])) };
      }),
      /** One page of the log of requests. */
      requests: reading('see_usage', ({ account }, mine, after: string | null) =>
        requestsPage(mine, account, after),
      ),
    },
    /**
     * How it stands, and at most `limit` entries of the ledger before the one with the number `before`. Throws `Problem`
     * 404 where use has no price.
     */
    credit: reading('see_money', async ({ account, role }, mine, before: number | null, limit: number) => {
      const standing = await standingOf(mine, account);
      if (standing.is === 'tokens') throw new Problem(404, 'not_found', 'There is no ledger here.');
      return {
        standing,
        entries: await readLedger(mine, account, before, limit),
        payments: await listPayments(mine, account),
        mayBuy: parts.payments !== null && may(role, 'manage_money'),
        recharge: await shownRecharge(mine, account, signIn.now()),
        plan: await shownPlan(mine, account),
        /** Whether Stripe knows the account, and shows what it knows. */
        isAtStripe: parts.payments !== null && (await customerAtStripe(mine, account)) !== null,
        mayWarn: services.billing === 'prepaid' && may(role, 'manage_money'),
      };
    }),
    payments: {
      /** In US dollars. */
      offered: OFFERED_USD,
      /** Whether credit can be bought here at all. */
      available: parts.payments !== null,
      /** Answers Stripe's page. */
      begin: changing('manage_money', ({ account }, form: Form) =>
        beginPayment(demandPayments(), account, form),
      ),
      show: reading('see_money', ({ account }, mine, id: string) => showPayment(mine, account, id)),
      /** Answers Stripe's pages of the account. */
      portal: changing('manage_money', ({ account }) => openPortal(demandPayments(), account), {
        fresh: true,
      }),
      /** Answers Stripe's page. */
      receipt: reading('see_money', async ({ account }, mine, id: string) =>
        receiptUrl(demandPayments(), await findPayment(mine, account, id)),
      ),
    },
    plans: {
      /** What can be subscribed to, and what is. Throws `Problem` 404 where there is neither. */
      read: reading('manage_money', async ({ account }, mine) => {
        const { plans } = demandPayments().settings;
        const current = await shownPlan(mine, account);
        if (plans.length === 0 && current === null) throw new Problem(404, 'no_plans', 'There are no plans.');
        return { plans, current };
      }),
      /** Whether any is offered here. */
      offered: (parts.payments?.settings.plans.length ?? 0) > 0,
      /** Answers Stripe's page. */
      begin: changing('manage_money', ({ account }, form: Form) =>
        subscribe(demandPayments(), account, form),
      ),
      end: changing('manage_money', ({ account }) => endPlan(demandPayments(), account, true)),
      keep: changing('manage_money', ({ account }) => endPlan(demandPayments(), account, false)),
    },
    /** Mails before credit is used up; throws `Problem` 404 where nobody has any. */
    warnings: {
      list: reading('manage_money', async ({ account }, mine) => {
        demandCredit();
        const levels = await listWarnings(mine, account);
        return {
          most: WARNINGS_MAX,
          levels: levels.map((microUsd) => ({ microUsd, text: levelText(microUsd) })),
        };
      }),
      add: changing('manage_money', ({ account }, form: Form) => {
        demandCredit();
        return addWarning(services, account, form);
      }),
      remove: changing('manage_money', ({ account }, form: Form) => removeWarning(services, account, form)),
    },
    recharge: {
      /** Null: it is off. Throws `Problem` 404 where nothing can be bought. */
      read: reading('manage_money', async ({ account }, mine) => {
        demandPayments();
        return shownRecharge(mine, account, signIn.now());
      }),
      choose: changing(
        'manage_money',
        (whose, form: Form) => chooseRecharge(demandPayments(), acting(whose), form),
        { fresh: true },
      ),
      drop: changing('manage_money', (whose) => dropRecharge(demandPayments(), acting(whose))),
    },
    /** Where the account's requests may go. */
    terms: {
      read: reading('see', async ({ account, role }, mine) => ({
        ...(await dataTerms({ ...parts, services: mine }, account, Date.now())),
        maySet: may(role, 'set_data_terms'),
      })),
      set: changing('set_data_terms', (whose, form: Form) => setDataTerms(parts, acting(whose), form), {
        fresh: true,
      }),
      object: changing('set_data_terms', (whose, form: Form) => setObjections(parts, acting(whose), form), {
        fresh: true,
      }),
      answerTraining: changing(
        'set_data_terms',
        (whose, form: Form) => answerTraining(parts, acting(whose), form),
        { fresh: true },
      ),
    },
    /** Requests that are kept for a while, to find a fault (INFER-4). */
    capture: {
      read: reading('capture', ({ account, who }, mine) => captures.read(mine, account, who.person)),
      /** What one said. Wants a fresh sign-in. */
      request: (caller: Caller, id: string, request: string) =>
        seen(caller, id, 'capture', ({ account }, mine) => captures.request(mine, account, request), {
          fresh: true,
        }),
      /** Page after page of all that can be opened. Wants a fresh sign-in. */
      page: (caller: Caller, id: string, after: ListedRequest | null, limit: number) =>
        seen(caller, id, 'capture', ({ account }, mine) => captures.page(mine, account, after, limit), {
          fresh: true,
        }),
      begin: changing(
        'capture',
        (whose, form: Form) => captures.begin(whose.account, acting(whose).actor, form),
        { fresh: true },
      ),
      pause: changing('capture', ({ account }, stops: boolean) => captures.pause(account, stops)),
      end: changing('capture', (whose) => captures.end(whose.account, acting(whose).actor)),
    },
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
    /** The data processing agreement: what the account accepted, and what there is to accept. */
    agreement: {
      read: reading('see', async ({ account, role }, mine) => ({
        now: agreementNow(parts.agreements),
        accepted: await acceptances(mine, account),
        mayAccept: may(role, 'set_data_terms'),
      })),
      accept: changing(
        'set_data_terms',
        (whose, form: Form) => accept(parts.agreements, services, acting(whose), form),
        { fresh: true },
      ),
      /** Throws `Problem` 404. */
      file: reading('see', async ({ account }, mine, version: string, as: 'md' | 'html') => {
        const document = await acceptedDocument(mine, account, version);
        return as === 'md' ? document : agreementHtml(document, signIn.settings.siteUrl);
      }),
    },
    /** The accounts of somebody who is signed in, the oldest first. */
    accountsOf: async (who: SignedIn): Promise<ShownAccount[]> =>
      (await accountsOf(services, who.person)).map(({ account, ...rest }) => ({
        id: outward('acct', account),
        ...rest,
      })),
  };
}
