/** Looks, one check after the other; what cannot be looked at, twice within a minute, is broken and says why. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckStanding, VerifyParts } from '../control/verification/index.ts';
import { broken, CannotLook, type Check, type Pace, type Seen } from './check.ts';
import { type Eyes, openEyes } from './eyes.ts';

const LOOK_MS_MAX = 50_000;
const AGAIN_MS = 2_000;

/** Rejects where the signal ends it. */
export async function lookAt(
  parts: VerifyParts,
  checks: readonly Check[],
  signal: AbortSignal,
  onSeen: (seen: CheckStanding, pace: Pace) => Promise<void>,
): Promise<void> {
  const eyes = openEyes(parts);
  try {
    for (const check of checks) {
      signal.throwIfAborted();
      const begun = performance.now();
      const seen = await lookTwice(check, eyes, signal);
      signal.throwIfAborted();
      const standing = {
        id: check.id,
        probe: check.probe,
        ...seen,
        at: new Date().toISOString(),
        ms: Math.round(performance.now() - begun),
      };
      await onSeen(standing, check.pace);
    }
  } finally {
    await eyes.close().catch(() => {});
  }
}

async function lookTwice(check: Check, eyes: Eyes, signal: AbortSignal): Promise<Seen> {
  try {
    return await lookOnce(check, eyes, signal);
  } catch {
    // Whoever stops begins no second look.
    await sleep(AGAIN_MS, undefined, { signal });
    return lookOnce(check, eyes, signal).catch((error: unknown) =>
      broken(`It could not be looked at (${reasonOf(error)}).`),
    );
  }
}

function lookOnce(check: Check, eyes: Eyes, signal: AbortSignal): Promise<Seen> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS_MAX)]);
  const late = new Promise<never>((_, reject) => {
    ended.addEventListener('abort', () => reject(new CannotLook('not in time')), { once: true });
  });
  return Promise.race([check.look(eyes, ended), late]);
}

/** A kind of error, or a sentence of ours: never what a library or somebody else wrote. */
function reasonOf(error: unknown): string {
  if (error instanceof CannotLook) return error.message;
  const { code, cause, name } = error as Error & { code?: unknown; cause?: { code?: unknown } };
  if (typeof code === 'string') return code;
  return typeof cause?.code === 'string' ? cause.code : name;
}
