/**
 * Whoever gets the newsletter and has no account cannot sign in: what was made for them is fetched on the page of their
 * request, whose address only mail to them names. It holds no more than that mailbox knows.
 */
import { isReader } from '../accounts/index.ts';
import { Problem } from '../problem.ts';
import { type Caller, countTry } from '../sign-in/index.ts';
import { isAt, noSuchRequest } from './move.ts';
import type { RequestParts } from './parts.ts';
import { type Linked, requestByLink } from './read.ts';

/** Whether the page is that of such a person. */
export const isReadersOwn = async (
  { erasing: { services } }: RequestParts,
  { row, isOwn }: Linked,
): Promise<boolean> => isOwn && row.person !== null && (await isReader(services.db, row.person));

/** Throws `Problem` 404, 409 (`archive_being_made`, `archive_not_ready`) and 429. */
export async function fetchAsReader(parts: RequestParts, caller: Caller, token: string) {
  countTry(parts.signIn, 'question', caller.network);
  const linked = await requestByLink(parts, token);
  const { row } = linked;
  if (!(await isReadersOwn(parts, linked)) || row.person === null) throw noSuchRequest();
  const isExport = row.right === 'access' || row.right === 'portability';
  if (!isExport || row.decision !== 'whole' || !isAt(row, 'delivered', 'closed'))
    throw new Problem(409, 'archive_not_ready', 'There is nothing to fetch yet, or not any more.');
  const standing = await parts.exports.of(row.person);
  if (standing?.state === 'ready') return parts.exports.download(row.person, standing.id);
  await parts.exports.ask(row.person);
  throw new Problem(
    409,
    'archive_being_made',
    'The archive is being made anew. Wait a minute, then ask again.',
  );
}
