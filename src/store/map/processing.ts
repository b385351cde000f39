/**
 * The record of processing activities (GDPR Art. 30(1)), made from the data map: one activity for each purpose. What the
 * map cannot know (who the controller is, who else receives data) is handed in; what is missing is said.
 */
import { describeMap } from './describe.ts';
import type { PersonalFacts } from './facts.ts';
import type { MapEntry } from './table.ts';
import { DATA_CLASSES, LAWS, PURPOSES, type Purpose, SOURCES } from './words.ts';

/** Art. 30(1)(a). Null: the operator has not said. */
export interface Controller {
  readonly name: string | null;
  readonly contact: string | null;
  /** Where questions and requests about privacy go. */
  readonly policy_email: string | null;
  readonly representative: string | null;
  readonly data_protection_officer: string | null;
}

/** Art. 30(1)(d) and (e): who else receives data. */
export interface Recipient {
  readonly name: string;
  readonly purpose: Purpose;
  readonly receives: string;
  /** Where; null: not known. */
  readonly region: string | null;
}

export interface Activity {
  readonly purpose: Purpose;
  /** Art. 30(1)(b). */
  readonly description: string;
  /** Art. 30(1)(c). */
  readonly data_subjects: readonly string[];
  readonly categories: readonly {
    readonly class: string;
    readonly label: string;
    readonly items: readonly string[];
  }[];
  readonly sources: readonly string[];
  /** Art. 30(1)(d), (e). */
  readonly recipients: readonly {
    readonly name: string;
    readonly receives: string;
    readonly region: string | null;
  }[];
  /** Art. 30(1)(f): of each table. */
  readonly time_limits: readonly string[];
}

export interface ProcessingRecord {
  readonly controller: Controller;
  readonly activities: readonly Activity[];
  /** Art. 30(1)(g), for all activities. */
  readonly security: readonly string[];
  /** What the operator still has to say. */
  readonly missing: readonly string[];
}

/** Art. 32(1) in general words; each is described, with what it does not do, in docs/sealing.md and SECURITY.md. */
const SECURITY: readonly string[] = [
  'What names, reaches, locates or describes a person, and all free text, is sealed (AES-256-GCM) under a key of that person; keys do not lie in the database.',
  'The process that sees prompts and answers has no database and no way to write; control never receives them.',
  'Erasure destroys the keys, and stands in a ledger outside the database, so that a restored copy is erased again.',
  'Acts on rights, and reads of sealed data by staff, stand in a tamper-evident record before they are done.',
  'Logs hold ids, numbers and words of closed lists only.',
];

const SUBJECTS = {
  person: 'People who sign in',
  account: 'Accounts, and by way of them the people who own them',
};

export function processingRecord(
  map: readonly MapEntry[],
  known: { readonly controller: Controller; readonly recipients: readonly Recipient[] },
): ProcessingRecord {
  const purposes = Object.keys(PURPOSES) as Purpose[];
  return {
    controller: known.controller,
    activities: purposes
      .map((purpose) => activity(map, purpose, known.recipients))
      .filter(({ categories }) => categories.length > 0),
    security: SECURITY,
    missing: missing(known.controller, known.recipients),
  };
}

function activity(map: readonly MapEntry[], purpose: Purpose, recipients: readonly Recipient[]): Activity {
  const columns = map.flatMap((entry) =>
    Object.values(entry.columns).flatMap(({ facts }) =>
      'purposes' in facts && facts.purposes.includes(purpose) ? [{ entry, facts }] : [],
    ),
  );
  const items = (each: PersonalFacts['class']) =>
    unique(columns.filter(({ facts }) => facts.class === each).map(({ facts }) => facts.label));
  const tables = new Set(columns.map(({ entry }) => entry));
  return {
    purpose,
    description: PURPOSES[purpose],
    data_subjects: unique([...tables].map(subjectsOf)),
    categories: unique(columns.map(({ facts }) => facts.class)).map((each) => ({
      class: each,
      label: DATA_CLASSES[each],
      items: items(each),
    })),
    sources: unique(columns.map(({ facts }) => SOURCES[facts.source])),
    recipients: recipients
      .filter((each) => each.purpose === purpose)
      .map(({ name, receives, region }) => ({ name, receives, region })),
    time_limits: describeMap([...tables]).map(({ table, about, retention }) => {
      const law = map.find(({ name }) => name === table)?.law ?? null;
      const kept =
        law === null ? '' : `; then by law for ${LAWS[law.keeps].days} days (${LAWS[law.keeps].source})`;
      return `${about.replace(/\.$/, '')}: ${retention}${kept}`;
    }),
  };
}

const subjectsOf = ({ subject }: MapEntry): string =>
  subject.kind === 'self' || subject.kind === 'direct' ? SUBJECTS[subject.of] : SUBJECTS.person;

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

function missing(controller: Controller, recipients: readonly Recipient[]): string[] {
  const unsaid = [
    ...(controller.name === null
      ? ['Name of the controller: set "controller.name" in kept.config.json.']
      : []),
    ...(controller.contact === null
      ? ['Contact details of the controller: set "controller.contact" in kept.config.json.']
      : []),
  ];
  const unplaced = recipients
    .filter(({ region }) => region === null)
    .map(
      ({ name }) =>
        `Where ${name} is: declare its region, and the safeguards of Art. 46 where that is a third country.`,
    );
  return [...unsaid, ...unplaced];
}

/** The record as lines of Markdown, which are read as plain text as well. */
export function processingLines({
  controller,
  activities,
  security,
  missing: unsaid,
}: ProcessingRecord): string[] {
  const said = (what: string, value: string | null) => `- ${what}: ${value ?? 'not said'}`;
  return [
    '## Controller',
    '',
    said('Name', controller.name),
    said('Contact', controller.contact),
    said('Representative', controller.representative),
    said('Data protection officer', controller.data_protection_officer),
    '',
    ...activities.flatMap(activityLines),
    '## Security measures',
    '',
    ...security.map((sentence) => `- ${sentence}`),
    ...(unsaid.length === 0 ? [] : ['', '## Missing', '', ...unsaid.map((sentence) => `- ${sentence}`)]),
  ];
}

const activityLines = (each: Activity): string[] => [
  `## ${each.description}`,
  '',
  `- Data subjects: ${each.data_subjects.join('; ')}`,
  ...each.categories.map(({ class: name, label, items }) => `- ${label} (\`${name}\`): ${items.join(', ')}`),
  `- Sources: ${each.sources.join('; ')}`,
  `- Recipients: ${each.recipients.length === 0 ? 'none' : each.recipients.map(recipientText).join('; ')}`,
  '- Time limits for erasure:',
  ...each.time_limits.map((sentence) => `  - ${sentence}`),
  '',
];

const recipientText = ({ name, receives, region }: Activity['recipients'][number]): string =>
  `${name} (${receives}; region: ${region ?? 'not known'})`;
