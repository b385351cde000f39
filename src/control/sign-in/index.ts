/**
 * Ways in: signing up and in, links in mails, passkeys, the second factor, sign-ins and what is still asked of somebody.
 * Pages call these actions by `for-pages.ts`, programs by `routes.ts`, the operator's commands by `admin-routes.ts`. What
 * is refused is a `Problem` with a code of `refusals.ts`.
 */
export { adminSignInRoutes } from './admin-routes.ts';
export { type Caller, callerOf, trustedBy } from './caller.ts';
export { cookieName } from './cookies.ts';
export { countTry } from './count-try.ts';
export { forPages, type SignInPages } from './for-pages.ts';
export { inputs } from './inputs.ts';
export { openSignIn } from './open-sign-in.ts';
export type { AgreedDocuments, SignInParts, SignInSettings } from './parts.ts';
export { SignInRefused } from './refusals.ts';
export { signInRoutes } from './routes.ts';
export { type SecondFactorSetup, useRecoveryCode } from './second-factor.ts';
export { makeSetupLink } from './setup-link.ts';
export { tryOnce } from './sign-in.ts';
export { countMail, signUpInput } from './sign-up.ts';
export { type Demand, demandSignedIn, type SignedIn, type Step, whoIs } from './state.ts';
export { onSteps } from './steady-time.ts';
export { newSecret, secretUri, stepOf } from './totp.ts';
