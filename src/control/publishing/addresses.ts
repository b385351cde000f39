/** Where versions and their comparisons stand on the site. Pure. */
import { DOCUMENT_PATHS, type DocumentName } from '../document-names.ts';

export const versionUrl = (name: DocumentName, version: number): string =>
  `${DOCUMENT_PATHS[name]}/versions/${version}`;

export const compareUrl = (name: DocumentName, from: number, to: number): string =>
  `${versionUrl(name, to)}/against/${from}`;
