/** Admin API of the ways in: what an operator hands out. */
import { Hono } from 'hono';
import { findPerson } from '../accounts/index.ts';
import { readInput } from '../input.ts';
import { invitationInput, makeInvitation } from './invitations.ts';
import type { SignInParts } from './parts.ts';
import { makeSetupLink } from './setup-link.ts';

export function adminSignInRoutes(parts: SignInParts): Hono {
  return new Hono()
    .post('/accounts/:account/setup-link', async (c) => {
      const person = await findPerson(parts.services, c.req.param('account'));
      const { url, expiresAt } = await makeSetupLink(parts, person);
      return c.json({ url, expires_at: new Date(expiresAt).toISOString() }, 201);
    })
    .post('/invitations', async (c) =>
      c.json(await makeInvitation(parts, await readInput(c, invitationInput)), 201),
    );
}
