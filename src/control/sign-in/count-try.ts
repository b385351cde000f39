/** Counts what is limited, before it is done. */
import type { RuleName } from './limits.ts';
import type { SignInParts } from './parts.ts';
import { SignInRefused } from './refusals.ts';

/** Throws `SignInRefused` (`too_many_tries`). */
export function countTry({ limits }: SignInParts, rule: RuleName, of: string): void {
  const waitMs = limits.waitMs(rule, of);
  if (waitMs > 0) throw new SignInRefused('too_many_tries', { retryAfter: Math.ceil(waitMs / 1000) });
  limits.count(rule, of);
}
