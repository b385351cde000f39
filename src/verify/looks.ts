/** Looks, one check after the other; what cannot be looked at, twice within a minute, is broken and says why. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckStanding, VerifyParts } from '../control/verification.ts';
import { broken, type Check, type Seen } from './check.ts';
import { type Eyes, openEyes } from './eyes.ts';

const LOOK_MS_MAX = 30_000;
const AGAIN_MS = 2_000;

/** Ends early where the signal says so. */
export async function lookAt(
  parts: VerifyParts,
  checks: readonly Check[],
  signal: AbortSignal,
  onSeen: (seen: CheckStanding) => void,
): Promise<void> {
  const eyes = openEyes(parts);
  try {
    for (const check of checks) {
      if (signal.aborted) return;
      const begun = performance.now();
      const seen = await lookTwice(check, eyes, signal);
      if (signal.aborted) return;
      onSeen({
        id: check.id,
        probe: check.probe,
        ...seen,
        at: new Date().toISOString(),
        ms: Math.round(performance.now() - begun),
      });
    }
  } finally {
    await eyes.close().catch(() => {});
  }
}

async function lookTwice(check: Check, eyes: Eyes, signal: AbortSignal): Promise<Seen> {
  try {
    return await lookOnce(check, eyes, signal);
  } catch {
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
    return lookOnce(check, eyes, signal).catch((error: unknown) =>
      broken(`It could not be looked at (${reasonOf(error)}).`),
    );
  }
}

function lookOnce(check: Check, eyes: Eyes, signal: AbortSignal): Promise<Seen> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS_MAX)]);
  const late = new Promise<never>((_, reject) => {
    ended.addEventListener('abort', () => reject(new Error('not in time')), { once: true });
  });
  return Promise.race([check.look(eyes, ended), late]);
}

/** A kind of error, or a sentence of ours: never what a library or somebody else wrote. */
function reasonOf(error: unknown): string {
  const { code, cause, message, name } = error as Error & { code?: unknown; cause?: { code?: unknown } };
  if (typeof code === 'string') return code;
  if (typeof cause?.code === 'string') return cause.code;
  return name === 'Error' && /^[\w /.-]{1,80}$/.test(message) ? message : name;
}
