/** Looks, one check after the other; what could not be looked at once more at the end: twice within a minute, it is broken and says why. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckStanding, VerifyParts } from '../control/verification/index.ts';
import { answered } from './answers.ts';
import { broken, CannotLook, type Check, type Pace, type Seen } from './check.ts';
import { openEyes } from './eyes.ts';

const LOOK_MS_MAX = 50_000;
const AGAIN_MS = 2_000;
/** A connection to what is away may never end. */
const CLOSE_MS_MAX = 1_000;

export interface How {
  readonly pace: Pace;
  /** Whether it could look. */
  readonly reached: boolean;
}

type OnSeen = (seen: CheckStanding, how: How) => Promise<void>;
type Opened = ReturnType<typeof openEyes>;
type Found = { readonly seen: Seen } | { readonly error: unknown };

/** Rejects where the signal ends it. */
export async function lookAt(
  parts: VerifyParts,
  checks: readonly Check[],
  signal: AbortSignal,
  onSeen: OnSeen,
): Promise<void> {
  const failed: Check[] = [];
  await lookOnceAt(parts, checks, signal, onSeen, (check) => failed.push(check));
  if (failed.length === 0) return;
  // Whoever stops begins no second look. It has eyes of its own: what broke may have been a connection.
  await sleep(AGAIN_MS, undefined, { signal });
  await lookOnceAt(parts, failed, signal, onSeen, null);
}

/** `onFailed`: left out, what cannot be looked at is broken. */
async function lookOnceAt(
  parts: VerifyParts,
  checks: readonly Check[],
  signal: AbortSignal,
  onSeen: OnSeen,
  onFailed: ((check: Check) => void) | null,
): Promise<void> {
  const eyes = openEyes(parts);
  try {
    for (const check of checks) {
      signal.throwIfAborted();
      const begun = performance.now();
      const found = await lookOnce(check, eyes, signal);
      signal.throwIfAborted();
      if ('error' in found && onFailed !== null) {
        onFailed(check);
        continue;
      }
      const { id, probe, pace } = check;
      const seen = 'seen' in found ? found.seen : unreached(found.error);
      const ms = Math.round(performance.now() - begun);
      const at = new Date(Date.now()).toISOString();
      await onSeen({ id, probe, ...seen, at, ms }, { pace, reached: 'seen' in found });
    }
  } finally {
    await close(eyes);
  }
}

const unreached = (error: unknown): Seen => broken(`It could not be looked at (${reasonOf(error)}).`);

const close = (eyes: Opened): Promise<void> =>
  Promise.race([eyes.close().catch(() => {}), sleep(CLOSE_MS_MAX, undefined, { ref: false })]);

async function lookOnce(check: Check, eyes: Opened, signal: AbortSignal): Promise<Found> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS_MAX)]);
  const late = new Promise<never>((_, reject) => {
    ended.addEventListener('abort', () => reject(new CannotLook('not in time')), { once: true });
  });
  return Promise.race([check.look(answered(eyes), ended), late]).then(
    (seen) => ({ seen }),
    (error: unknown) => ({ error }),
  );
}

/** A kind of error, or a sentence of ours: never what a library or somebody else wrote. */
function reasonOf(error: unknown): string {
  if (error instanceof CannotLook) return error.message;
  const { code, cause, name } = error as Error & { code?: unknown; cause?: { code?: unknown } };
  if (name === 'TimeoutError') return 'no answer in time';
  if (typeof code === 'string') return code;
  return typeof cause?.code === 'string' ? cause.code : name;
}
