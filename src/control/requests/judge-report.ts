/**
 * A privacy officer reads what was told of a child's account, and decides: it is deleted at once, or the report is refused
 * on a ground; never about themselves. Whose account it is stays with the decision, so that what was decided is done to
 * them and to nobody else, whatever becomes of their address meanwhile.
 */
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import { accountsOwnedBy, findPerson } from '../accounts/index.ts';
import { checkInput } from '../input.ts';
import { outward } from '../outward.ts';
import { Problem } from '../problem.ts';
import { REPORT_GROUNDS } from './child-report.ts';
import type { Decider } from './decide.ts';
import { isAt, lockPerson, move, onRequest, SYSTEM } from './move.ts';
import type { RequestParts } from './parts.ts';
import { type Report, reportIn, saidInReport } from './report-child.ts';
import { readSaid, sealIntakeAnew } from './said.ts';
import type { RequestRow } from './schema.ts';

const judgementInput = z.strictObject({
  decision: z.enum(['whole', 'refused'], 'choose one'),
  ground: z.string().max(100).default(''),
  /** Address or id, as whoever decides found it. */
  account: z.string().trim().max(320).default(''),
});
const LABELS = { decision: 'Decision', ground: 'Ground', account: 'Account' };

export interface OpenedReport extends Omit<Report, 'person'> {
  /** An account that its person owns, like `acct_…`; null: none is found by what was told. */
  readonly found: string | null;
  /** Of that person. */
  readonly about: Id | null;
}

/** What was told. Throws `Problem` 403 (`own_request`). */
export async function openReport(
  { erasing: { services } }: RequestParts,
  row: RequestRow,
  by: Decider,
): Promise<OpenedReport> {
  const { account, reporter, words } = reportIn(readSaid(services.vault, row));
  const about = account === null ? null : await personNamed(services, account);
  demandNotThem(about, by);
  const [owned] = about === null ? [] : await accountsOwnedBy(services.db, about);
  return { account, reporter, words, about, found: owned === undefined ? null : outward('acct', owned) };
}

/** Throws `Problem` 400, 403 (`own_request`), 404 (`no_such_account`) and 409. */
export async function judgeReport(
  parts: RequestParts,
  row: RequestRow,
  by: Decider,
  form: unknown,
): Promise<void> {
  const { services } = parts.erasing;
  const wish = checkInput(form, judgementInput, LABELS);
  if (!isAt(row, 'deciding'))
    throw new Problem(409, 'not_now', 'This report is decided already. Look at it again.');
  const told = await openReport(parts, row, by);
  if (wish.decision === 'refused') return refuse(parts, row.id, by, told.about, wish.ground);
  if (wish.account === '') throw new Problem(400, 'invalid_input', 'Account: name the one that is deleted.');
  const person = await findPerson(services, wish.account);
  demandNotThem(person, by);
  await onRequest(parts, row.id, async (tx, enter, standing) => {
    await lockPerson(tx, parts.erasing.store, person);
    const now = new Date(parts.erasing.store.now());
    const said = saidInReport({ ...reportIn(readSaid(services.vault, standing)), person });
    const decided = await move(parts, tx, enter, standing, {
      event: 'decide',
      by: { cause: 'staff', ...by },
      set: {
        decision: 'whole',
        decidedBy: by.person,
        decidedAt: now,
        nextAt: now,
        intake: sealIntakeAnew(services.vault, row.id, said),
      },
      content: { decision: 'whole' },
      about: person,
    });
    await move(parts, tx, enter, decided, { event: 'carry_out', by: SYSTEM, about: person });
    // Under the request's own number: it is sent once, and what deletes the account finds whether it is out.
    await parts.signIn.notices.send(tx, {
      id: row.id,
      template: 'child_account_deleted',
      person,
      values: { email: parts.company.policyEmail },
    });
  });
  parts.signIn.notices.wake();
}

async function refuse(
  parts: RequestParts,
  id: Id,
  by: Decider,
  about: Id | null,
  asked: string,
): Promise<void> {
  const ground = REPORT_GROUNDS.find(({ code }) => code === asked)?.code;
  if (ground === undefined)
    throw new Problem(400, 'invalid_input', 'Ground: name the one that it is refused for, out of the list.');
  const ofWhom = about === null ? {} : { about };
  await onRequest(parts, id, async (tx, enter, row) => {
    const now = new Date(parts.erasing.store.now());
    const decided = await move(parts, tx, enter, row, {
      event: 'decide',
      by: { cause: 'staff', ...by },
      set: { decision: 'refused', ground, decidedBy: by.person, decidedAt: now },
      content: { decision: 'refused', ground },
      ...ofWhom,
    });
    await move(parts, tx, enter, decided, {
      event: 'close',
      by: SYSTEM,
      set: { nextAt: null },
      ...ofWhom,
    });
  });
}

/** By an address, or the id of an account with one owner; null where that leads to nobody. */
async function personNamed(
  services: RequestParts['erasing']['services'],
  reference: string,
): Promise<Id | null> {
  try {
    return await findPerson(services, reference);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

function demandNotThem(person: Id | null, by: Decider): void {
  if (person === by.person)
    throw new Problem(403, 'own_request', 'This is about your own account. Somebody else decides about it.');
}

/** Whom it was decided about; null where that can no longer be read. */
export function personDecided({ erasing: { services } }: RequestParts, row: RequestRow): Id | null {
  const { person } = reportIn(readSaid(services.vault, row));
  return person !== null && isId(person) ? person : null;
}
