/** The texts that are published in versions, by the names of their folders below `policy/`. */
export const DOCUMENTS = ['privacy-policy', 'terms', 'dpa'] as const;
export type DocumentName = (typeof DOCUMENTS)[number];

/** What each is called within a sentence. */
export const DOCUMENT_WORDS: Readonly<Record<DocumentName, string>> = {
  'privacy-policy': 'privacy policy',
  terms: 'terms of service',
  dpa: 'data processing agreement',
};

/** Where each stands on the site; its versions stand below. */
export const DOCUMENT_PATHS: Readonly<Record<DocumentName, string>> = {
  'privacy-policy': '/privacy',
  terms: '/terms',
  dpa: '/dpa',
};
