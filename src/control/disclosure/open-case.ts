/** Enters a case: who asks, the order, for whom and what exactly; whether it may be told; whether its data are held meanwhile. */
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import type { SubjectName } from '../../store/map/rows.ts';
import { enterHold } from '../../store/retention/holds.ts';
import type { Tx } from '../../store/store.ts';
import { ACCOUNT_LINKS } from '../accounts/index.ts';
import { idOnce } from '../form-once.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { type By, step } from './case.ts';
import { readCertificate } from './certificate.ts';
import { type CaseContent, caseContent } from './content.ts';
import { CASE_FIELDS } from './fields.ts';
import { keepFile, type NewFile, readUpload } from './files.ts';
import { findNamed, insertNamed, lockThere, readNamed, withTheirs } from './named.ts';
import { tablesIn } from './package.ts';
import type { DisclosureParts, Enter } from './parts.ts';
import { ACCOUNTED_DAYS, type DisclosureCase, disclosureCase } from './schema.ts';
import { dayInput, dayOrNull, SCOPE_LABELS, scopeInput, scopeOf, tickedCategories } from './scope.ts';
import { CASE_KINDS, LEGAL_KINDS } from './words.ts';

const DAY_MS = 86_400_000;
/** What an open case says is kept so long at most; once it is closed, as long as it is accounted for. */
const OPEN_DAYS_MAX = 3653;

const line = (most: number) => z.string().trim().max(most, `at most ${most} characters`);
const caseInput = scopeInput.extend({
  kind: z.enum(CASE_KINDS, 'choose one'),
  authority: line(200).min(1, 'say who it is'),
  contact: line(500).min(1, 'say where they are reached'),
  reference: line(100),
  basis: line(1000).min(1, 'say which law, and which part of it'),
  named: z.string().max(20_000),
  due: dayInput,
  gag_until: dayInput,
  gag_basis: line(1000),
  certificate: z.string().max(20_000),
  hold: z.enum(['', 'yes']),
});
const LABELS = {
  ...SCOPE_LABELS,
  kind: 'What it is',
  authority: 'Who asks',
  contact: 'Where they are reached',
  reference: 'Their reference',
  basis: 'On what basis',
  named: 'Whom it names',
  due: 'Answer by',
  gag_until: 'May not be told before',
  gag_basis: 'What forbids telling',
  certificate: 'Their certificate',
  hold: 'Hold',
};

type Form = Readonly<Record<string, string>>;
export interface Uploads {
  readonly document: Uint8Array | null;
  readonly gag: Uint8Array | null;
}

const field = (form: Form, name: string): string => form[name] ?? '';

function checked({ settings }: DisclosureParts, form: Form) {
  const fields = Object.fromEntries(
    [...CASE_FIELDS, 'hold'].map((name) => [name, field(form, name)] as const),
  );
  const input = checkInput({ ...fields, categories: tickedCategories(form) }, caseInput, LABELS);
  const isLegal = (LEGAL_KINDS as readonly string[]).includes(input.kind);
  if (!isLegal && !(settings.kinds as readonly string[]).includes(input.kind))
    throw new Problem(
      409,
      'switched_off',
      'Disclosures of this kind are switched off here. `disclosures.kinds` in the configuration turns them on.',
    );
  return input;
}

/** Throws `Problem` 400: without its document, a basis and an end nothing is forbidden. */
function gagIn(
  { gag_until, gag_basis }: z.output<typeof caseInput>,
  file: NewFile | null,
  now: number,
): Date | null {
  const until = dayOrNull(gag_until);
  if (until === null && gag_basis === '' && file === null) return null;
  if (until === null || gag_basis === '' || file === null)
    throw new Problem(
      400,
      'invalid_input',
      'Where it may not be told, say until when and what forbids it, and add the document that says so.',
    );
  if (until.getTime() <= now)
    throw new Problem(400, 'invalid_input', `${LABELS.gag_until}: must lie in the future.`);
  return until;
}

/** Answers its id; `once` tells the same form sent twice. Throws `Problem` 400, 409 (`switched_off`) and 413. */
export async function openCase(
  parts: DisclosureParts,
  by: By & { readonly person: Id },
  form: Form,
  uploads: Uploads,
  once?: string,
): Promise<Id> {
  const { services, store } = parts.erasing;
  const input = checked(parts, form);
  const named = readNamed(input.named);
  const document = readUpload('document', 'The order', uploads.document);
  if (document === null)
    throw new Problem(400, 'invalid_input', 'The order: add the document that demands it.');
  const gag = readUpload('gag', 'The document that forbids telling', uploads.gag);
  const now = store.now();
  const id = idOnce('case', by.person, once);
  const content: CaseContent = {
    authority: input.authority,
    contact: input.contact,
    reference: input.reference,
    basis: input.basis,
    named,
    gagBasis: input.gag_basis,
    certificate: readCertificate(input.certificate),
    checks: {},
    reasons: [],
  };
  const gagUntil = gagIn(input, gag, now);
  const row: DisclosureCase = {
    ...NEW,
    ...scopeOf(input),
    id,
    kind: input.kind,
    openedAt: new Date(now),
    dueAt: dayOrNull(input.due),
    gagUntil,
    preparedBy: by.person,
    content: await caseContent.seal(services, id, content, now + OPEN_DAYS_MAX * DAY_MS),
  };
  const found: (SubjectName | null)[] = [];
  for (const each of named) found.push(await findNamed(services, each));
  await store.record.act(async (tx, enter) => {
    const there = await lockThere(parts, tx, found);
    const made = await tx.insert(disclosureCase).values(row).onConflictDoNothing().returning();
    if (made.length === 0) return;
    if (input.hold === 'yes') await placeOn(parts, tx, enter, { row, there, by });
    await insertNamed(tx, id, row.openedAt, there);
    const until = new Date(now + (OPEN_DAYS_MAX + ACCOUNTED_DAYS) * DAY_MS);
    for (const file of [document, gag]) if (file !== null) await keepFile(parts, tx, id, file, until);
    const said = { kind: row.kind, categories: row.categories, named: named.length, gag: gagUntil !== null };
    await step(parts, tx, enter, { case: id, event: 'open', by, content: said });
  });
  return id;
}

const NEW = {
  state: 'open',
  outcome: null,
  isNarrowed: false,
  approvedBy: null,
  approvedAt: null,
  announcedAt: null,
  discloseAt: null,
  closedAt: null,
  toldAt: null,
  gagOverAt: null,
  gagNext: null,
  gagNextBy: null,
  hold: null,
} as const;

interface Held {
  readonly row: DisclosureCase;
  readonly there: readonly (SubjectName | null)[];
  readonly by: By;
}

/** Exactly what would be answered: of whom it names, the tables, and of these the rows of its time. */
async function placeOn(
  parts: DisclosureParts,
  tx: Tx,
  enter: Enter,
  { row, there, by }: Held,
): Promise<void> {
  const { store } = parts.erasing;
  const subjects: SubjectName[] = [];
  const theirs: SubjectName[] = [];
  for (const each of there) {
    if (each === null) continue;
    const [named, ...alone] = await withTheirs(tx, each);
    subjects.push(named, ...alone);
    theirs.push(...alone);
  }
  const tables = tablesIn(store.map, row.categories, subjects);
  if (tables.length === 0) return;
  const reason = 'A demand for these data is being answered';
  const { id } = await enterHold(store, tx, enter, {
    subjects,
    data: { tables },
    of: { since: row.rangeFrom, before: row.rangeTo },
    // Whom the case names and which accounts are theirs alone, or nobody would find the rows any more.
    links: [
      { tables: ['disclosure_subject'], of: subjects },
      { tables: ACCOUNT_LINKS, of: theirs },
    ],
    reason,
    role: by.role,
    silent: true,
  });
  await tx.update(disclosureCase).set({ hold: id }).where(eq(disclosureCase.id, row.id));
}
