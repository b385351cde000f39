/** What forms and programs send to the ways in, as it is checked before anything is done. */
import { z } from 'zod';
import { emailInput, nameInput } from '../accounts/index.ts';
import { PASSWORD_CHARS_MAX } from './password-strength.ts';
import { PROVIDER_WISHES } from './providers/begin.ts';

const passwordInput = z
  .string()
  .min(1)
  .max(PASSWORD_CHARS_MAX * 4);
const tokenInput = z.string().max(100);
const codeInput = z.string().max(64);
/** Checked in detail by the WebAuthn library. */
const credentialInput = z.looseObject({
  id: z.string().max(2048),
  rawId: z.string().max(2048),
  type: z.literal('public-key'),
  response: z.looseObject({
    clientDataJSON: z.string().max(8192),
    userHandle: z.string().max(128).optional(),
  }),
  clientExtensionResults: z.looseObject({}).default({}),
});

/** A page inside the site. */
const pageInput = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[\w\-./?=&%]*$/, 'must be a page of this site');

export const inputs = {
  signIn: z.strictObject({ email: emailInput, password: passwordInput }),
  code: z.strictObject({ code: codeInput }),
  email: z.strictObject({ email: emailInput }),
  token: z.strictObject({ token: tokenInput }),
  link: z.strictObject({ token: tokenInput, password: passwordInput.optional() }),
  reset: z.strictObject({ token: tokenInput, password: passwordInput }),
  password: z.strictObject({ password: passwordInput }),
  proof: z.union([z.strictObject({ password: passwordInput }), z.strictObject({ code: codeInput })]),
  agreeing: z.strictObject({
    policy: z.string().max(100),
    terms: z.string().max(100),
    adult: z.literal(true),
  }),
  passkeyMade: z.strictObject({ ticket: tokenInput, name: nameInput, response: credentialInput }),
  provider: z.strictObject({
    wish: z.enum(PROVIDER_WISHES),
    next: pageInput.optional(),
    invitation: tokenInput.optional(),
  }),
  passkeyUsed: z.strictObject({ ticket: tokenInput, response: credentialInput }),
};
