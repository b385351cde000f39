/** What staff decide about a case: answers to the checklist, less than was asked, back, no, or yes; yes is somebody else's than who prepared it. */
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { enterHoldEnd } from '../../store/retention/holds.ts';
import type { Tx } from '../../store/store.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { type By, change, contentOf, isGagged, notNow, onCase, sealedContent, step } from './case.ts';
import type { Checks } from './content.ts';
import { endCase } from './end-case.ts';
import { CHECK_FIELDS } from './fields.ts';
import type { DisclosureParts, Enter } from './parts.ts';
import type { DisclosureCase } from './schema.ts';
import { isNarrower, SCOPE_LABELS, scopeInput, scopeOf, tickedCategories } from './scope.ts';
import { demandNotPreparer } from './two-people.ts';
import { ANSWERS, type CaseEvent, CHECK_NAMES, CHECKS } from './words.ts';

type Form = Readonly<Record<string, string>>;
export interface Decider extends By {
  readonly person: Id;
}

const NOTE_CHARACTERS_MAX = 1000;
const reasonInput = z.strictObject({
  reason: z
    .string()
    .trim()
    .min(1, 'say why')
    .max(NOTE_CHARACTERS_MAX, `at most ${NOTE_CHARACTERS_MAX} characters`),
});
const REASON_LABELS = { reason: 'Why' };
const readReason = (form: Form): string =>
  checkInput({ reason: form.reason ?? '' }, reasonInput, REASON_LABELS).reason;

const checksInput = z.strictObject(
  Object.fromEntries(
    CHECK_NAMES.flatMap((name) => [
      [name, z.enum(ANSWERS, 'answer it')],
      [`note_${name}`, z.string().trim().max(NOTE_CHARACTERS_MAX)],
    ]),
  ),
);

function readChecks(form: Form): Checks {
  const fields = Object.fromEntries(CHECK_FIELDS.map((name) => [name, form[name] ?? '']));
  const read = checkInput(fields, checksInput, { ...CHECKS }) as Readonly<Record<string, string>>;
  return Object.fromEntries(
    CHECK_NAMES.map((name) => [name, { answer: read[name], note: read[`note_${name}`] ?? '' }]),
  ) as Checks;
}

/** Hands it to somebody else, who approves it or not. Throws `Problem` 400, 404 and 409. */
export async function prepareCase(parts: DisclosureParts, id: Id, by: Decider, form: Form): Promise<void> {
  const checks = readChecks(form);
  await onCase(parts, id, ['open'], async (tx, enter, row) => {
    const content = sealedContent(parts, id, { ...contentOf(parts, row), checks });
    await change(tx, id, {
      state: 'prepared',
      content,
      preparedBy: by.person,
      approvedBy: null,
      approvedAt: null,
    });
    const answers = Object.fromEntries(CHECK_NAMES.map((name) => [name, checks[name]?.answer ?? null]));
    await step(parts, tx, enter, { case: id, event: 'prepare', by, content: { answers } });
  });
}

/** Less is answered than was asked, and why; whoever prepares it answers the checklist anew. Throws `Problem` 400, 404 and 409. */
export async function narrowCase(parts: DisclosureParts, id: Id, by: Decider, form: Form): Promise<void> {
  const reason = readReason(form);
  const asked = { categories: tickedCategories(form), from: form.from ?? '', to: form.to ?? '' };
  const scope = scopeOf(checkInput(asked, scopeInput, SCOPE_LABELS));
  await onCase(parts, id, ['open', 'prepared', 'approved'], async (tx, enter, row) => {
    if (!isNarrower(scope, row))
      throw new Problem(
        400,
        'invalid_input',
        'This is not less than before: choose fewer kinds, or a shorter time.',
      );
    await change(tx, id, { ...scope, ...reopened(parts, row, 'narrow', reason), isNarrowed: true });
    await step(parts, tx, enter, {
      case: id,
      event: 'narrow',
      by,
      content: { categories: scope.categories },
    });
  });
}

/** Back to whoever prepares it. Throws `Problem` 400, 404 and 409. */
export async function sendBack(parts: DisclosureParts, id: Id, by: Decider, form: Form): Promise<void> {
  const reason = readReason(form);
  await onCase(parts, id, ['prepared'], async (tx, enter, row) => {
    await change(tx, id, reopened(parts, row, 'send_back', reason));
    await step(parts, tx, enter, { case: id, event: 'send_back', by });
  });
}

/** Why it came back stands in it; what was answered before holds no more. */
const reopened = (parts: DisclosureParts, row: DisclosureCase, event: CaseEvent, words: string) => {
  const content = contentOf(parts, row);
  const reasons = [...content.reasons, { event, words }];
  return {
    state: 'open' as const,
    approvedBy: null,
    approvedAt: null,
    content: sealedContent(parts, row.id, { ...content, checks: {}, reasons }),
  };
};

/** What stands against a yes, in the answers of the checklist; null: nothing. */
export function hindranceIn(checks: Checks, row: DisclosureCase): string | null {
  const no = (['valid', 'jurisdiction', 'scope'] as const).find((name) => checks[name]?.answer !== 'yes');
  if (no !== undefined) return `“${CHECKS[no]}” is answered with no: refuse it, or narrow it.`;
  if (checks.narrower?.answer !== 'no') return `“${CHECKS.narrower}” is answered with yes: narrow it first.`;
  if ((checks.notice?.answer === 'yes') === isGagged(row))
    return isGagged(row)
      ? 'A document forbids telling, but the checklist says that the person may be told.'
      : 'The checklist says that the person may not be told, but no document that forbids it is here.';
  return null;
}

/** Throws `Problem` 403 (`same_person`), 404 and 409. */
export async function approveCase(parts: DisclosureParts, id: Id, by: Decider): Promise<void> {
  await demandNotPreparer(parts, id, by.person);
  await onCase(parts, id, ['prepared'], async (tx, enter, row) => {
    if (row.preparedBy === by.person) throw notNow('Whoever prepared it does not approve it.');
    const hindrance = hindranceIn(contentOf(parts, row).checks, row);
    if (hindrance !== null) throw new Problem(409, 'checklist', hindrance);
    const approvedAt = new Date(parts.erasing.store.now());
    const waits = row.kind !== 'emergency' && !isGagged(row) && row.announcedAt === null;
    const discloseAt = waits ? null : (row.discloseAt ?? approvedAt);
    await change(tx, id, { state: 'approved', approvedBy: by.person, approvedAt, discloseAt });
    await step(parts, tx, enter, { case: id, event: 'approve', by });
  });
}

/** Throws `Problem` 400, 404 and 409. */
export async function refuseCase(parts: DisclosureParts, id: Id, by: Decider, form: Form): Promise<void> {
  const reason = readReason(form);
  await onCase(parts, id, ['open', 'prepared', 'approved'], async (tx, enter, row) => {
    const content = contentOf(parts, row);
    const reasons = [...content.reasons, { event: 'refuse', words: reason }];
    await endCase(parts, tx, enter, row, {
      outcome: 'refused',
      by,
      content: sealedContent(parts, id, { ...content, reasons }),
    });
    await step(parts, tx, enter, { case: id, event: 'refuse', by });
  });
}

/** What it keeps goes its way again. Throws `Problem` 404 and 409. */
export const endCaseHold = (parts: DisclosureParts, id: Id, by: Decider): Promise<void> =>
  onCase(parts, id, ['open', 'prepared', 'approved'], async (tx, enter, row) => {
    if (row.hold === null) throw notNow('No hold is on what this case names.');
    await endHoldOf(parts, tx, enter, row, by);
    await step(parts, tx, enter, { case: id, event: 'hold_end', by });
  });

async function endHoldOf(
  { erasing: { store } }: DisclosureParts,
  tx: Tx,
  enter: Enter,
  { id, hold }: DisclosureCase,
  { role }: By,
): Promise<void> {
  if (hold !== null) await enterHoldEnd(store, tx, enter, { hold, role, silent: true });
  await change(tx, id, { hold: null });
}
