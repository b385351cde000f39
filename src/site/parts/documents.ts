/** The texts that are published in versions, as pages name them and where they stand. */
import {
  DOCUMENT_PATHS,
  DOCUMENT_WORDS,
  DOCUMENTS,
  type DocumentName,
} from '../../control/document-names.ts';

export { DOCUMENT_PATHS, DOCUMENT_WORDS };

/** Which text a page is about, by the address that it stands at. */
export function documentAt(request: Request): DocumentName {
  const { pathname } = new URL(request.url);
  return DOCUMENTS.find((name) => pathname.startsWith(`${DOCUMENT_PATHS[name]}/`)) ?? 'privacy-policy';
}

/** With a capital letter. */
export const titled = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
