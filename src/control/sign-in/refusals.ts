/** Why somebody is not let in, or not let do something: a fixed code and one sentence each, for pages and programs. */
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { Problem } from '../problem.ts';

const REFUSALS = {
  wrong_credentials: [
    401,
    'That e-mail address and password do not belong together. Try again, or set a new password.',
  ],
  wrong_code: [401, 'That code is not right, or was used already. Wait for the next one and type it in.'],
  wrong_passkey: [401, 'That passkey was not accepted. Try again, or sign in with your password.'],
  too_many_tries: [429, 'There were too many tries. Wait a little, then try again.'],
  busy: [503, 'Many people sign in at the moment. Try again in a few seconds.'],
  not_signed_in: [401, 'Sign in first.'],
  second_factor_due: [403, 'Type in the code of your authenticator app first.'],
  steps_due: [403, 'Something is still asked of you before the account can be used.'],
  not_fresh: [403, 'Confirm that it is you: this needs a sign-in of the last ten minutes.'],
  too_old: [403, 'You signed in a while ago. Sign in again, or confirm that it is you.'],
  deletion_scheduled: [
    403,
    'This account is going to be deleted. Until then it can be kept or exported, and nothing else.',
  ],
  link_not_valid: [
    410,
    'This link was used already, has ended, or was never one of ours. Ask for a new one.',
  ],
  sign_up_closed: [403, 'Nobody can sign up here by themselves. Ask whoever runs this service.'],
  domain_not_allowed: [
    403,
    'Only addresses of certain organisations can sign up here. Use the one that your organisation gave you.',
  ],
  invitation_not_valid: [
    403,
    'This invitation was used up, has ended, or went to another address. Sign up with the one that it was sent to, or ask for a new one.',
  ],
  versions_changed: [409, 'The policy or the terms have a newer version. Read it, then send the form again.'],
  address_taken: [409, 'This address cannot be used. Choose another one.'],
  already_on: [409, 'That is on already.'],
  not_on: [409, 'That is not on.'],
  last_way_in: [409, 'This is your last way in. Make a passkey or set a password first.'],
  no_such_sign_in: [404, 'There is no such sign-in any more.'],
  no_such_passkey: [404, 'There is no such passkey any more.'],
  too_many_passkeys: [409, 'You have as many passkeys as there may be. Remove one first.'],
  no_such_provider: [404, 'There is no such way to sign in here.'],
  provider_denied: [
    403,
    'The sign-in was broken off at the provider. Begin again, or sign in in another way.',
  ],
  provider_stale: [
    400,
    'This sign-in was begun in another browser, more than ten minutes ago, or was used already. Begin it again here.',
  ],
  provider_failed: [
    502,
    'The provider did not answer as it must. Try again in a few minutes, or sign in in another way.',
  ],
  provider_does_not_confirm: [
    403,
    'The provider does not say that you signed in there just now. Sign out here and in again, or set a password by “Forgot the password?”.',
  ],
  address_not_verified: [
    403,
    'The provider does not say that your e-mail address is confirmed there. Confirm it there first, or sign up with a password and connect the provider on the security page.',
  ],
  nobody_connected: [
    403,
    'Nobody here is connected with that account of the provider. If you have an account here, sign in as always and connect it on the security page. If not, sign up, or ask whoever runs this service.',
  ],
  connected_elsewhere: [409, 'Somebody else here is connected with that account of the provider.'],
  already_connected: [
    409,
    'You are connected with another account of this provider. Disconnect that one first.',
  ],
  not_connected_with: [404, 'You are not connected with this provider any more.'],
  somebody_else: [
    403,
    'At the provider you are signed in as somebody else. Use the account that you connected.',
  ],
  origin_not_allowed: [403, 'This request does not come from our own pages, so it was not carried out.'],
  erased: [409, 'This account is being erased.'],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string]>;
export type RefusalCode = keyof typeof REFUSALS;

/** The sentence of a refusal, for an address that names one; null for what is none. */
export const sentenceOf = (code: string): string | null =>
  Object.hasOwn(REFUSALS, code) ? REFUSALS[code as RefusalCode][1] : null;

/** A refusal. `retryAfter`: seconds until it is worth trying again; `steps`: what is still asked of the person. */
export class SignInRefused extends Problem {
  override readonly headers: Readonly<Record<string, string>>;
  override readonly details: Readonly<Record<string, unknown>>;
  constructor(code: RefusalCode, more: { retryAfter?: number; steps?: readonly string[] } = {}) {
    const [status, sentence] = REFUSALS[code];
    super(status, code, sentence);
    const { retryAfter, steps } = more;
    this.headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    this.details = steps === undefined ? {} : { steps };
  }
}

/** A password that is refused, with the sentence that helps. */
export const weakPassword = (sentence: string): Problem =>
  new Problem(400, 'weak_password', `The password was not accepted. ${sentence}`);
