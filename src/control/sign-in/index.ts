/**
 * Ways in: signing up and in, links in mails, passkeys, the second factor, sign-ins and what is still asked of somebody.
 * Pages call these actions with the `Caller` of the request (`callerOf`) and pass on the cookies that they answer;
 * programs use `routes.ts`. What is refused is a `Problem` with a code of `refusals.ts`.
 */

export { askForAddress, askToChangeAddress, changeAddress, confirmAddress } from './address.ts';
export { adminSignInRoutes } from './admin-routes.ts';
export { agree } from './agree.ts';
export { type Caller, callerOf, trustedBy } from './caller.ts';
export { confirmItIsYou } from './confirm-it-is-you.ts';
export { openSignIn } from './open-sign-in.ts';
export { isOwnRequest } from './origin.ts';
export type { SignInParts, SignInSettings } from './parts.ts';
export {
  beginPasskey,
  beginPasskeySignIn,
  confirmByPasskey,
  listPasskeys,
  makePasskey,
  removePasskey,
  signInWithPasskey,
} from './passkeys.ts';
export { askForReset, resetPassword } from './reset-password.ts';
export { signInRoutes } from './routes.ts';
export {
  beginSecondFactor,
  completeSignIn,
  confirmSecondFactor,
  endSecondFactor,
  renewRecoveryCodes,
} from './second-factor.ts';
export { endOtherSessions, endSession, listSessions } from './sessions.ts';
export { setPassword } from './set-password.ts';
export { useSetupLink } from './setup-link.ts';
export { signInWithPassword, signOut } from './sign-in.ts';
export { signUp, signUpInput } from './sign-up.ts';
export { demandSignedIn, type SignedIn, type Step, whoIs } from './state.ts';
