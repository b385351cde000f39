/**
 * The closed lists that the data map is written in: data classes, purposes, sources, and the laws that make us keep
 * something. A word that is not here cannot be used; adding one is a change that a reviewer sees.
 */

/** Data classes by the keys of fideslang's taxonomy (version 3), as far as this product holds any of them. */
export const DATA_CLASSES = {
  'user.name': 'Name',
  'user.unique_id': 'Random identifier of a person',
  'user.contact.email': 'E-mail address',
  'user.account': 'Account settings',
  'user.account.username': 'Name that a person gave to something of theirs',
  'user.authorization.credentials': 'Credential',
  'user.behavior': 'Use of the service',
  'user.content.private': 'What a person wrote to us',
  'user.financial': 'Money: credit, charges, balance',
  'user.privacy_preferences': 'Privacy choices and requests',
  'user.workplace': 'Role in an organisation',
  'user.device': 'Kind of browser and system',
  'user.device.ip_address': 'Network address',
} as const;
export type DataClass = keyof typeof DATA_CLASSES;

/** Purposes that rest on consent alone (USE-5; GDPR Art. 6(1)(a)): without one, data are not used for them. */
export const CONSENT_PURPOSES = {
  measurement: 'To measure how the site is used',
  tie_to_account: 'To tie what is measured to the account',
  recommendations: 'To recommend models from what was looked at',
  promotional_mail: 'To send promotional mail',
  engines_that_train: 'To send requests to engines that train on them',
  debug_capture: 'To keep requests for a short time, to find a fault',
} as const;
export type ConsentPurpose = keyof typeof CONSENT_PURPOSES;

export const isConsentPurpose = (word: string): word is ConsentPurpose =>
  Object.hasOwn(CONSENT_PURPOSES, word);

/** What data may be used for (COLLECT-6); a use for anything else is refused. */
export const PURPOSES = {
  provide_service: 'To provide the service that was asked for',
  account: 'To keep the account and let its people in',
  billing: 'To charge what was used and keep the books',
  security: 'To keep the service and its people safe',
  support: 'To answer questions',
  rights: 'To honour privacy rights and prove it',
  legal: 'To do what a law demands',
  ...CONSENT_PURPOSES,
} as const;
export type Purpose = keyof typeof PURPOSES;

/** Purposes that go on while a person's data are restricted (GDPR Art. 18(2)): keeping safe, rights, and law. */
export const PURPOSES_UNDER_RESTRICTION: readonly Purpose[] = ['security', 'rights', 'legal'];

/** Where a value comes from (COLLECT-8). */
export const SOURCES = {
  given: 'Given by the person',
  observed: 'Observed while the service is used',
  partner: 'Received from a partner',
  derived: 'Derived from other data',
} as const;
export type Source = keyof typeof SOURCES;

/** A law that makes us keep something after its purpose has ended. */
export interface Law {
  readonly title: string;
  /** Where it stands. */
  readonly source: string;
  readonly days: number;
}

const YEAR_DAYS = 366;

export const LAWS = {
  'us-tax-records': {
    title: 'Books and records for federal tax',
    source: '26 U.S.C. § 6001; 26 C.F.R. § 1.6001-1; periods of limitation in 26 U.S.C. § 6501',
    days: 7 * YEAR_DAYS,
  },
  'us-hipaa-accounting': {
    title: 'Accounting of disclosures of health information',
    source: '45 C.F.R. §§ 164.528, 164.530(j)(2)',
    days: 6 * YEAR_DAYS,
  },
} as const satisfies Record<string, Law>;
export type LawId = keyof typeof LAWS;

/** Whom the map knows as a subject of data. */
export const SUBJECTS = ['person', 'account'] as const;
export type SubjectKind = (typeof SUBJECTS)[number];
