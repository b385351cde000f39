/**
 * Answers that take the same time whatever is behind them, so that a stranger learns nothing from a clock: never sooner
 * than one step after the request, and later ones on the next step.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than a password's hash and the writes of a sign-up on a small machine. */
export const STEP_MS = 500;

/** Runs `work`; its answer or its error comes on a step. */
export async function onSteps<T>(work: () => Promise<T>, stepMs: number = STEP_MS): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    await untilStep(begun, stepMs);
  }
}

/** As `onSteps`, for what only a failure may not tell: who succeeds is not kept waiting. */
export async function failOnSteps<T>(work: () => Promise<T>, stepMs: number = STEP_MS): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } catch (error) {
    await untilStep(begun, stepMs);
    throw error;
  }
}

async function untilStep(begun: number, stepMs: number): Promise<void> {
  const spent = performance.now() - begun;
  await sleep(Math.max(1, Math.ceil(spent / stepMs)) * stepMs - spent);
}
