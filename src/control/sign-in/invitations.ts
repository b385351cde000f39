/** Invitations to sign up: a random code with an end and so many uses; the operator makes and hands them out. */
import { z } from 'zod';
import { newId } from '../../link/ids.ts';
import type { SignInParts } from './parts.ts';
import { invitation } from './schema.ts';
import { hashToken, newToken } from './tokens.ts';

const DAY_MS = 86_400_000;
const DAYS_MAX = 366;
const USES_MAX = 10_000;

export const invitationInput = z.strictObject({
  uses: z.int().min(1).max(USES_MAX).default(1),
  days: z.int().min(1).max(DAYS_MAX).default(7),
});

export async function makeInvitation(
  { services, settings, now }: Pick<SignInParts, 'services' | 'settings' | 'now'>,
  { uses, days }: z.output<typeof invitationInput>,
): Promise<{ url: string; uses: number; expires_at: string }> {
  const token = newToken();
  const expiresAt = new Date(now() + days * DAY_MS);
  await services.db
    .insert(invitation)
    .values({ id: newId(), token: hashToken(token), usesLeft: uses, createdAt: new Date(now()), expiresAt });
  const url = `${settings.siteUrl}/sign-up?invitation=${token}`;
  return { url, uses, expires_at: expiresAt.toISOString() };
}
