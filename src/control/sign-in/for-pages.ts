/**
 * The ways in as the site's pages call them: what a form sent is checked as what a program sends (`inputs.ts`), and what
 * is refused is a `Problem`. A page that changes something asks `isOwn` first.
 */
import type { BlockList } from 'node:net';
import { checkInput } from '../input.ts';
import { isRefused, mailOf } from '../notices/index.ts';
import { askForAddress, askToChangeAddress, changeAddress, confirmAddress } from './address.ts';
import { agree } from './agree.ts';
import { type Caller, callerOf, isFromOne } from './caller.ts';
import { confirmItIsYou } from './confirm-it-is-you.ts';
import { countTry } from './count-try.ts';
import { inputs } from './inputs.ts';
import { isOwnRequest } from './origin.ts';
import type { SignInParts } from './parts.ts';
import { listPasskeys, removePasskey } from './passkeys.ts';
import { beginProvider } from './providers/begin.ts';
import { comeBack } from './providers/come-back.ts';
import { disconnect, listProviders } from './providers/connections.ts';
import { sentenceOf } from './refusals.ts';
import { askForReset, resetPassword } from './reset-password.ts';
import {
  beginSecondFactor,
  completeSignIn,
  confirmSecondFactor,
  endSecondFactor,
  renewRecoveryCodes,
  secondFactorState,
} from './second-factor.ts';
import { endOtherSessions, endSession, listSessions } from './sessions.ts';
import { setPassword } from './set-password.ts';
import { useSetupLink } from './setup-link.ts';
import { signInWithPassword, signOut } from './sign-in.ts';
import { signUp, signUpInput } from './sign-up.ts';
import { type Demand, demandSignedIn, type SignedIn, whoIs } from './state.ts';

export type SignInPages = ReturnType<typeof forPages>;

export function forPages(parts: SignInParts, trusted: BlockList) {
  const { siteUrl, signUp: mode } = parts.settings;
  return {
    mode: mode.mode,
    /** Who else people may sign in by. */
    providers: [...parts.providers.values()].map(({ settings: { id, name }, confirms }) => ({
      id,
      name,
      /** Whether it says when somebody typed in their password there. */
      confirms,
    })),
    /** Versions in force. */
    get documents() {
      const { policy, terms } = parts.settings.documents;
      return { policy, terms };
    },
    /** `peer`: the address that the connection comes from. */
    callerOf: (headers: Headers, peer: string | undefined) => callerOf(headers, peer, trusted),
    /** Whether that caller's address lies in one of these networks. */
    isFrom: (headers: Headers, peer: string | undefined, networks: readonly string[]) =>
      isFromOne(headers, peer, trusted, networks),
    isOwn: (headers: Headers) => isOwnRequest(headers, siteUrl),
    /** Counts what a network does that is limited. Throws `SignInRefused` (`too_many_tries`). */
    countTry: (rule: 'beacon' | 'question', { network }: Caller) => countTry(parts, rule, network),
    whoIs: (caller: Caller) => whoIs(parts, caller),
    demandSignedIn: (caller: Caller, demand?: Demand) => demandSignedIn(parts, caller, demand),
    ...comingIn(parts),
    ...whileIn(parts),
  };
}

const comingIn = (parts: SignInParts) => ({
  signUp: (caller: Caller, form: unknown) => signUp(parts, caller, checkInput(form, signUpInput)),
  signIn: (caller: Caller, form: unknown) =>
    signInWithPassword(parts, caller, checkInput(form, inputs.signIn)),
  completeSignIn: (caller: Caller, form: unknown) =>
    completeSignIn(parts, caller, checkInput(form, inputs.code).code),
  beginProvider: (caller: Caller, provider: string, form: unknown) =>
    beginProvider(parts, caller, { ...checkInput(form, inputs.provider), provider }),
  comeBack: (caller: Caller, provider: string, query: string) => comeBack(parts, caller, { provider, query }),
  /** What `comeBack` was refused with, for a person. */
  sentenceOf,
  signOut: (caller: Caller) => signOut(parts, caller),
  confirmAddress: (caller: Caller, form: unknown) =>
    confirmAddress(parts, caller, checkInput(form, inputs.link)),
  useSetupLink: (caller: Caller, form: unknown) => useSetupLink(parts, caller, checkInput(form, inputs.link)),
  askForReset: (caller: Caller, form: unknown) =>
    askForReset(parts, caller, checkInput(form, inputs.email).email),
  resetPassword: (caller: Caller, form: unknown) =>
    resetPassword(parts, caller, checkInput(form, inputs.reset)),
  agree: (caller: Caller, form: unknown) => agree(parts, caller, checkInput(form, inputs.agreeing)),
  askForAddress: (caller: Caller, next?: string) => askForAddress(parts, caller, next),
});

const whileIn = (parts: SignInParts) => ({
  askToChangeAddress: (caller: Caller, form: unknown) =>
    askToChangeAddress(parts, caller, checkInput(form, inputs.email).email),
  changeAddress: (caller: Caller, form: unknown) =>
    changeAddress(parts, caller, checkInput(form, inputs.token).token),
  setPassword: (caller: Caller, form: unknown) =>
    setPassword(parts, caller, checkInput(form, inputs.password).password),
  confirmItIsYou: (caller: Caller, form: unknown) =>
    confirmItIsYou(parts, caller, checkInput(form, inputs.proof)),
  listSessions: (caller: Caller) => listSessions(parts, caller),
  endSession: (caller: Caller, id: string) => endSession(parts, caller, id),
  endOtherSessions: (caller: Caller) => endOtherSessions(parts, caller),
  secondFactor: (caller: Caller) => secondFactorState(parts, caller),
  beginSecondFactor: (caller: Caller) => beginSecondFactor(parts, caller),
  confirmSecondFactor: (caller: Caller, form: unknown) =>
    confirmSecondFactor(parts, caller, checkInput(form, inputs.code).code),
  endSecondFactor: (caller: Caller) => endSecondFactor(parts, caller),
  listPasskeys: (caller: Caller) => listPasskeys(parts, caller),
  removePasskey: (caller: Caller, id: string) => removePasskey(parts, caller, id),
  listProviders: (caller: Caller) => listProviders(parts, caller),
  disconnect: (caller: Caller, provider: string) => disconnect(parts, caller, provider),
  renewRecoveryCodes: (caller: Caller) => renewRecoveryCodes(parts, caller),
  /** Where there is a mail server, and it refused the newest mail to them for good, or for too long. */
  isMailRefused: async ({ person }: SignedIn): Promise<boolean> =>
    parts.notices.deliverable && (await isRefused(parts.store, person)),
  /** What was sent to them. */
  mailOf: async (caller: Caller) => {
    const { who } = await demandSignedIn(parts, caller, { whileDeleted: true });
    return mailOf(parts.store, parts.notices.letters, who.person);
  },
});
