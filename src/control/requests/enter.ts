/**
 * A request that came by post, entered by staff into the same flow, with the day that it came (CONTACT-1). Who wrote is
 * found by an address that the letter names, and shows it by the link that goes there; or somebody here checks it.
 */
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { addressOf, emailInput, findPerson } from '../accounts/index.ts';
import { checkInput } from '../input.ts';
import { placeInput, UNSAID } from '../law/index.ts';
import { inward } from '../outward.ts';
import { Problem } from '../problem.ts';
import { ASKED_RIGHTS, WORDS_CHARACTERS_MAX } from './asks.ts';
import type { Decider } from './decide.ts';
import { needsDecider } from './grant.ts';
import { isAt } from './move.ts';
import type { RequestParts } from './parts.ts';
import { bind } from './proof.ts';
import { receive } from './receive.ts';
import { NOTHING_SAID, readSaid } from './said.ts';
import type { RequestRow } from './schema.ts';

const DAY_MS = 86_400_000;
/** A letter that is older is no longer entered so: it is answered by hand. */
const AGE_DAYS_MAX = 366;

const enterInput = z.strictObject({
  right: z.enum(ASKED_RIGHTS, 'choose what is asked for'),
  place: z.union([z.literal(UNSAID), placeInput], 'choose from the list'),
  received: z.iso.date('must be a day like 2027-01-31'),
  /** Address or account that the letter names; empty: none. */
  account: z.string().trim().max(320).default(''),
  words: z
    .string()
    .trim()
    .max(WORDS_CHARACTERS_MAX, `at most ${WORDS_CHARACTERS_MAX} characters`)
    .default(''),
  /** That the letter means the account, for a deletion. */
  agreed: z.string().max(10).default(''),
});
const LABELS = {
  right: 'Request',
  place: 'Where they live',
  received: 'Day that it came',
  account: 'Account or address',
  words: 'In their words',
};

/** Answers the request's id. Throws `Problem` 400 and 404. */
export async function enterByPost(parts: RequestParts, by: Decider, form: unknown): Promise<Id> {
  const { right, place, received, account, words, agreed } = checkInput(form, enterInput, LABELS);
  const receivedAt = Date.parse(`${received}T00:00:00Z`);
  const age = parts.erasing.store.now() - receivedAt;
  if (age < 0 || age > AGE_DAYS_MAX * DAY_MS)
    throw new Problem(400, 'invalid_input', 'Day that it came: must lie in the last twelve months.');
  if (right === 'delete' && agreed !== 'yes')
    throw new Problem(400, 'not_agreed', 'A deletion means the account. Tick that the letter says so.');
  const address = account === '' ? null : await addressNamed(parts, account);
  const said = { ...NOTHING_SAID, address, words: words === '' ? null : words };
  const came = { door: 'post', receivedAt, by: { cause: 'staff', ...by }, person: null } as const;
  return (await receive(parts, { right, place, said }, came)).id;
}

/** The address itself, or that of whoever owns the account. */
async function addressNamed({ erasing: { services } }: RequestParts, reference: string): Promise<string> {
  if (inward('acct', reference) === null) return checkInput(reference, emailInput, { '': LABELS.account });
  const address = await addressOf(services, services.db, await findPerson(services, reference));
  if (address === null) throw new Problem(404, 'no_such_account', 'There is no such person or account.');
  return address;
}

const proofInput = z.strictObject({ account: z.string().trim().min(1, 'name the account').max(320) });

/**
 * Somebody here has seen who asks, in proportion to what is asked, and binds the request to their account. Throws
 * `Problem` 400, 403 (`own_request`), 404 and 409.
 */
export async function proveByStaff(
  parts: RequestParts,
  row: RequestRow,
  by: Decider,
  form: unknown,
): Promise<void> {
  const { services } = parts.erasing;
  const { account } = checkInput(form, proofInput, { account: LABELS.account });
  const person = await findPerson(services, account);
  if (person === by.person)
    throw new Problem(403, 'own_request', 'This request would be your own. Somebody else looks at it.');
  if (!isAt(row, 'identity'))
    throw new Problem(409, 'not_now', 'This request does not wait for a proof any more.');
  const said = readSaid(services.vault, row);
  const undecided = await needsDecider(parts, { right: row.right, said }, person);
  await bind(parts, row.id, { person, said, undecided, provenBy: 'staff', by: { cause: 'staff', ...by } });
}
