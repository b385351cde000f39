/** Letters about signing in: addresses, passwords, second factors, providers, keys. */
import type { Letter } from './letter.ts';
import type { Values } from './values.ts';

const NOT_YOU =
  'If this was not you, somebody typed your address by mistake: ignore this mail, and nothing happens.';

export const SIGN_IN_LETTERS = {
  confirm_address: ({ name, url }: Values<'name' | 'url'>): Letter => ({
    subject: 'Confirm your e-mail address',
    paragraphs: [`Hello ${name},`, 'please confirm that this address is yours. Your keys work from then on.'],
    link: { label: 'Confirm the address', url },
    afterwards: ['The link works once, for 24 hours.', NOT_YOU],
  }),
  sign_up_known: ({ name, url }: Values<'name' | 'url'>): Letter => ({
    subject: 'You have an account already',
    paragraphs: [
      `Hello ${name},`,
      'somebody, probably you, signed up with this address. It has an account already, so nothing was changed.',
      'Sign in as always. If you no longer know your password, set a new one there.',
    ],
    link: { label: 'Sign in', url },
    afterwards: ['If this was not you, there is nothing to do: nobody learned that you have an account.'],
  }),
  reader_sign_up: ({ name, url }: Values<'name' | 'url'>): Letter => ({
    subject: 'Make your account',
    paragraphs: [
      `Hello ${name},`,
      'somebody, probably you, signed up with this address. It is known here, since it gets our newsletter or wrote to us, and has no account yet.',
      'With this link you make one, and set your password or make a passkey. What was typed at the sign-up was not kept.',
    ],
    link: { label: 'Make the account', url },
    afterwards: ['The link works once, for 24 hours.', NOT_YOU],
  }),
  change_address: ({ name, url }: Values<'name' | 'url'>): Letter => ({
    subject: 'Confirm your new e-mail address',
    paragraphs: [
      `Hello ${name},`,
      'you want to use this address from now on. Please confirm that it is yours.',
    ],
    link: { label: 'Use this address', url },
    afterwards: ['The link works once, for 24 hours.', NOT_YOU],
  }),
  address_changed: ({ name }: Values<'name'>): Letter => ({
    subject: 'Your e-mail address was changed',
    paragraphs: [
      `Hello ${name},`,
      'your account has a new e-mail address. This mail goes to the earlier one, for the last time.',
      'If this was not you, write to us at once: the contact page says how.',
    ],
  }),
  reset_password: ({ name, url }: Values<'name' | 'url'>): Letter => ({
    subject: 'Set a new password',
    paragraphs: [`Hello ${name},`, 'with this link you set a new password. All other sign-ins end then.'],
    link: { label: 'Set a new password', url },
    afterwards: [
      'The link works once, for one hour.',
      'If this was not you, ignore this mail: your password stays as it is.',
    ],
  }),
  password_changed: ({ name, url }: Values<'name' | 'url'>): Letter => ({
    subject: 'Your password was changed',
    paragraphs: [`Hello ${name},`, 'your password was changed, and all other sign-ins were ended.'],
    link: { label: 'Not you? Set a new password', url },
  }),
  setup: ({ name, url }: Values<'name' | 'url'>): Letter => ({
    subject: 'Your account is ready',
    paragraphs: [
      `Hello ${name},`,
      'an account was made for you. With this link you set your password or make a passkey.',
    ],
    link: { label: 'Set up the account', url },
    afterwards: ['The link works once, for 24 hours.'],
  }),
  new_sign_in: ({
    name,
    browser,
    system,
    at,
    url,
  }: Values<'name' | 'browser' | 'system' | 'at' | 'url'>): Letter => ({
    subject: 'A new sign-in to your account',
    paragraphs: [
      `Hello ${name},`,
      `somebody signed in to your account: ${browser} on ${system}, ${at} (UTC).`,
      'If it was you, there is nothing to do.',
    ],
    link: { label: 'Not you? Look at your sign-ins', url },
    afterwards: ['End the sign-in there, and set a new password.'],
  }),
  second_factor_on: ({ name, url }: Values<'name' | 'url'>): Letter => ({
    subject: 'Two-step sign-in is on',
    paragraphs: [
      `Hello ${name},`,
      'from now on signing in with your password also asks for a code of your app.',
    ],
    link: { label: 'Not you? Look at your security page', url },
  }),
  second_factor_off: ({ name, url }: Values<'name' | 'url'>): Letter => ({
    subject: 'Two-step sign-in is off',
    paragraphs: [`Hello ${name},`, 'signing in with your password no longer asks for a code of your app.'],
    link: { label: 'Not you? Look at your security page', url },
  }),
  recovery_used: ({ name, left, url }: Values<'name' | 'left' | 'url'>): Letter => ({
    subject: 'A recovery code was used',
    paragraphs: [`Hello ${name},`, `somebody signed in with one of your recovery codes. ${left} are left.`],
    link: { label: 'Not you? Look at your security page', url },
  }),
  passkey_made: ({ name, passkey, url }: Values<'name' | 'passkey' | 'url'>): Letter => ({
    subject: 'A passkey was added',
    paragraphs: [`Hello ${name},`, `a passkey was added to your account: ${passkey}.`],
    link: { label: 'Not you? Look at your security page', url },
  }),
  connect_first: ({ name, provider, url }: Values<'name' | 'provider' | 'url'>): Letter => ({
    subject: 'You have an account already',
    paragraphs: [
      `Hello ${name},`,
      `somebody, probably you, signed in with ${provider}, which knows you by this address. The address has an account here already, so nothing was changed.`,
      `To sign in with ${provider} from now on, sign in as always and connect it on the security page.`,
    ],
    link: { label: 'Sign in and connect it', url },
    afterwards: ['If this was not you, there is nothing to do here.'],
  }),
  provider_connected: ({ name, provider, url }: Values<'name' | 'provider' | 'url'>): Letter => ({
    subject: 'Another way to sign in was added',
    paragraphs: [
      `Hello ${name},`,
      `your account was connected with ${provider}: whoever signs in there as you can sign in here.`,
    ],
    link: { label: 'Not you? Look at your security page', url },
  }),
  provider_disconnected: ({ name, provider, url }: Values<'name' | 'provider' | 'url'>): Letter => ({
    subject: 'A way to sign in was taken away',
    paragraphs: [`Hello ${name},`, `your account is no longer connected with ${provider}.`],
    link: { label: 'Not you? Look at your security page', url },
  }),
  key_created: ({ name, key, url }: Values<'name' | 'key' | 'url'>): Letter => ({
    subject: 'An API key was made',
    paragraphs: [
      `Hello ${name},`,
      `somebody signed in on the console and made an API key for your account: “${key}”.`,
      'If that was you, or somebody whom you let do it, there is nothing to do.',
    ],
    link: { label: 'Look at the keys', url },
    afterwards: ['A key that nobody of you made is revoked there, and gateways refuse it from then on.'],
  }),
} as const satisfies Record<string, (values: never) => Letter>;
