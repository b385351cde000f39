/** The end of an order that forbids telling: later, by two people and another document; or sooner, where it is lifted. */
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { change, isGagged, notNow, onCase, step } from './case.ts';
import type { Decider } from './decide.ts';
import { keepFile, readUpload } from './files.ts';
import type { DisclosureParts } from './parts.ts';
import { dayInput, dayOrNull } from './scope.ts';
import { demandAnother } from './two-people.ts';
import { CASE_STATES } from './words.ts';

const DAY_MS = 86_400_000;
/** The document outlives the case that it belongs to by its own end; closed, the case sets it. */
const KEPT_DAYS = 5845;
const gagInput = z.strictObject({ until: dayInput.refine((text) => text !== '', 'say until when') });
const LABELS = { until: 'May not be told before' };

const demandGag = (row: Parameters<typeof isGagged>[0]): Date => {
  if (!isGagged(row) || row.gagUntil === null) throw notNow('Nothing forbids telling here, or no more.');
  return row.gagUntil;
};

/** Proposes a later end, with the document that says so. Throws `Problem` 400, 404, 409 and 413. */
export async function proposeGag(
  parts: DisclosureParts,
  id: Id,
  by: Decider,
  form: Readonly<Record<string, string>>,
  bytes: Uint8Array | null,
): Promise<void> {
  const { until } = checkInput({ until: form.gag_next ?? '' }, gagInput, LABELS);
  const file = readUpload('gag', 'The document', bytes);
  if (file === null)
    throw new Problem(400, 'invalid_input', 'The document: add what says that it is extended.');
  await onCase(parts, id, CASE_STATES, async (tx, enter, row) => {
    const ends = demandGag(row);
    const gagNext = dayOrNull(until);
    if (gagNext === null || gagNext <= ends)
      throw new Problem(400, 'invalid_input', `${LABELS.until}: must lie after the end that there is.`);
    const now = parts.erasing.store.now();
    await keepFile(parts, tx, id, file, new Date(now + KEPT_DAYS * DAY_MS));
    await change(tx, id, { gagNext, gagNextBy: by.person });
    await step(parts, tx, enter, {
      case: id,
      event: 'gag_propose',
      by,
      content: { until: gagNext.toISOString() },
    });
  });
}

/** Somebody else agrees to it. Throws `Problem` 403 (`same_person`), 404 and 409. */
export const extendGag = (parts: DisclosureParts, id: Id, by: Decider): Promise<void> =>
  onCase(parts, id, CASE_STATES, async (tx, enter, row) => {
    demandGag(row);
    const { gagNext, gagNextBy } = row;
    if (gagNext === null) throw notNow('Nobody proposes a later end.');
    await demandAnother(parts, by.person, [gagNextBy]);
    await change(tx, id, { gagUntil: gagNext, gagNext: null, gagNextBy: null });
    await step(parts, tx, enter, {
      case: id,
      event: 'gag_extend',
      by,
      content: { until: gagNext.toISOString() },
    });
  });

/** It is lifted: they are told with the next round. Throws `Problem` 404 and 409. */
export const liftGag = (parts: DisclosureParts, id: Id, by: Decider): Promise<void> =>
  onCase(parts, id, CASE_STATES, async (tx, enter, row) => {
    demandGag(row);
    const now = new Date(parts.erasing.store.now());
    await change(tx, id, { gagUntil: now, gagNext: null, gagNextBy: null });
    await step(parts, tx, enter, { case: id, event: 'gag_end', by });
  });
