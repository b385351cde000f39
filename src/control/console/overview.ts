/** An account at a glance, and what a newcomer has not done yet. */
import { and, eq, isNull } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { type MemberRole, may } from '../accounts/index.ts';
import { apiKey } from '../keys/schema.ts';
import type { Services } from '../services.ts';
import type { SignedIn } from '../sign-in/index.ts';
import { type Standing, standingOf } from '../standing.ts';
import { usageRecord } from '../usage/schema.ts';

/** In the order in which they make sense. */
export const FIRST_STEPS = ['credit', 'key', 'request', 'protect'] as const;
export type FirstStep = (typeof FIRST_STEPS)[number];

export interface Overview {
  /** Those that this person can take, done or not. */
  readonly steps: readonly { readonly step: FirstStep; readonly done: boolean }[];
  /** Keys of programs that work. */
  readonly keys: number;
  /** Null for those who may not see it. */
  readonly standing: Standing | null;
}

export async function overviewOf(
  services: Pick<Services, 'db' | 'billing'>,
  { account, role, who }: { readonly account: Id; readonly role: MemberRole; readonly who: SignedIn },
): Promise<Overview> {
  const { db, billing } = services;
  const active = and(eq(apiKey.account, account), eq(apiKey.state, 'active'), isNull(apiKey.person));
  const keys = await db.$count(apiKey, active);
  const used = await db
    .select({ id: usageRecord.id })
    .from(usageRecord)
    .where(eq(usageRecord.account, account))
    .limit(1);
  const standing = await standingOf(services, account);
  const done: Readonly<Record<FirstStep, boolean>> = {
    credit: (standing.is === 'left' && standing.microUsd > 0) || used.length > 0,
    key: keys > 0,
    request: used.length > 0,
    protect: who.ways.passkeys > 0 || who.ways.secondFactor,
  };
  const can: Readonly<Record<FirstStep, boolean>> = {
    credit: billing === 'prepaid' && may(role, 'see_money'),
    key: may(role, 'manage_keys'),
    request: may(role, 'use_models'),
    protect: true,
  };
  return {
    steps: FIRST_STEPS.filter((step) => can[step]).map((step) => ({ step, done: done[step] })),
    keys,
    standing: may(role, standing.is === 'tokens' ? 'see_usage' : 'see_money') ? standing : null,
  };
}
