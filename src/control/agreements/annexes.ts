/** The annexes of the data processing agreement, made from data map, registers and configuration on the day. Pure. */
import type { BillingMode } from '../../link/words.ts';
import { describeMap } from '../../store/map/describe.ts';
import type { MapEntry } from '../../store/map/table.ts';
import { categoriesOf } from '../categories.ts';
import type { Clause } from '../policy/index.ts';
import type { Recipient } from '../processors/index.ts';

export interface AnnexSources {
  readonly map: readonly MapEntry[];
  readonly billing: BillingMode;
  readonly recipients: readonly Recipient[];
  readonly clauses: readonly Clause[];
}

/** Promises that are measures of security. */
const MEASURES = /^(INFER|SECURE|RETAIN|DISCLOSE)-/;

/** Markdown, such as a published text is made of. */
export const annexesOf = (sources: AnnexSources): string =>
  [subjects(sources), measures(sources), processors(sources), retention(sources)].join('\n\n');

function subjects({ map, billing }: AnnexSources): string {
  return section('Annex 1: what is processed', [
    'People: whoever uses your account, and whoever your requests are about.',
    'Content of requests and answers: computed and forgotten. It is held in memory while a request lasts, and kept only where you switched that on.',
    ...categoriesOf(map, billing).map(
      ({ title, items, purposes }) =>
        `${title}: ${items.map(lowerFirst).join(', ')}. ${purposes.map((each) => `${each}.`).join(' ')}`,
    ),
    'For as long as the account is there, and as Annex 4 says.',
  ]);
}

function measures({ map, clauses }: AnnexSources): string {
  const columns = describeMap(map).flatMap((table) => table.columns);
  const sealed = columns.filter(({ stored }) => stored === 'sealed').length;
  return section('Annex 2: measures', [
    `Of ${columns.length} columns of the database ${sealed} are sealed under a key of the person or account that they are about; the keys lie outside of the database, and end with their person.`,
    ...clauses.filter(({ id }) => MEASURES.test(id)).map(({ id, promise }) => `${id}: ${promise}`),
  ]);
}

function processors({ recipients }: AnnexSources): string {
  const of = recipients.filter(({ role }) => role === 'processor');
  return section(
    'Annex 3: who else processes, and where',
    of.map(({ kind, own, name, does, region, keeps, contract }) =>
      [
        `${name ?? (own ? `our own ${kind}` : `${kind} of somebody whom the operator has not named`)}${own ? ' (ours)' : ''}: ${does}`,
        `Where: ${region === 'local' || (region === null && own) ? 'our own machines' : (region ?? 'not said')}.`,
        ...(own ? [] : [`Keeps it: ${keeps ?? 'not said'}. Contract: ${contract ?? 'not said'}.`]),
      ].join(' '),
    ),
  );
}

function retention({ map, billing }: AnnexSources): string {
  const about = map.filter(({ subject }) => subject.kind !== 'nobody');
  const shown = describeMap(about).filter(
    ({ columns }) => billing !== 'off' || !columns.some((column) => column.class === 'user.financial'),
  );
  return section(
    'Annex 4: how long records stay',
    shown.map(
      ({ about: what, retention: until }) => `${what.replace(/\.$/, '')}: ${until.replaceAll('_', ' ')}.`,
    ),
  );
}

const section = (title: string, items: readonly string[]): string =>
  [`## ${title}`, '', ...items.map((item) => `- ${escaped(item)}`)].join('\n');

/** Names and words of the configuration say what they say, and mark nothing up. */
const escaped = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|~]/g, (mark) => `\\${mark}`);

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
