/** Pages that can be commented on: a closed list, so that an address that somebody makes up is none. */
import { Problem } from '../problem.ts';
import type { CommentParts } from './parts.ts';

const DOCS: Readonly<Record<string, string>> = {
  docs: 'First request',
  'docs/data': 'How data is treated',
  'docs/api': 'The API',
  'docs/errors': 'Errors',
  'docs/limits': 'Limits',
};

export interface CommentedPage {
  /** Its address, without the first slash. */
  readonly page: string;
  readonly title: string;
}

/** Null: it cannot be commented on, or not any more. */
export function pageNamed(
  { changelog }: Pick<CommentParts, 'changelog'>,
  page: string,
): CommentedPage | null {
  const title = Object.hasOwn(DOCS, page)
    ? DOCS[page]
    : changelog.find(({ id }) => page === `changelog/${id}`)?.title;
  return title === undefined ? null : { page, title };
}

/** Throws `Problem` 404. */
export function demandPage(parts: Pick<CommentParts, 'changelog'>, page: string): CommentedPage {
  const found = pageNamed(parts, page);
  if (found === null) throw new Problem(404, 'no_such_page', 'There is no such page to comment on.');
  return found;
}
