/** What the policy says of itself and of the system, compared with the system. */

import { ADDRESS_NOT_ENTERED } from '../../control/settings.ts';
import { describeMap } from '../../store/map/describe.ts';
import { broken, type Check, countOf, kept, noneOf, off } from '../check.ts';

export const dates: Check = {
  id: 'policy-date',
  clauses: ['CHANGE-2'],
  pace: 'hour',
  probe:
    'Opens the policy and every earlier version, and compares the date on top with the version that is in force.',
  async look(eyes) {
    const versions = eyes.documents['privacy-policy'];
    const [newest] = versions;
    const { text } = await eyes.page('/privacy');
    if (!new RegExp(`<time dateTime="${newest.updated}"`, 'i').test(text))
      return broken('The date on top of the policy is not that of the version in force.');
    const pages = await Promise.all(versions.map(({ version }) => eyes.page(`/privacy/versions/${version}`)));
    const missing = versions.filter((_, at) => pages[at]?.status !== 200);
    return noneOf(
      missing.map(({ version }) => `version ${version} cannot be read`),
      `Version ${newest.version} of ${newest.updated} is shown with its date; ${countOf(versions.length, 'version')} can be read.`,
    );
  },
};

/** What California's and federal law protect (Cal. Code Regs. tit. 11, § 7001), and biometrics; none is a class of the map. */
const PROTECTED =
  /race|ethnic|religio|health|medical|sexual|gender|marital|national|ancestry|disab|veteran|biometric|genetic|union|politic/i;

export const categories: Check = {
  id: 'categories',
  clauses: ['CPPA-2', 'COLLECT-6', 'USE-1'],
  pace: 'hour',
  probe:
    'Compares the categories that the policy shows with the columns that the database has, and those with the data map.',
  async look(eyes) {
    const described = describeMap(eyes.store.map);
    const mapped = new Map(
      described.map((table) => [table.table, new Set(table.columns.map(({ column }) => column))]),
    );
    const columns = await eyes.rows<{ table: string; column: string }>(
      `select table_name as table, column_name as column from information_schema.columns where table_schema = 'public'`,
    );
    const known = columns.filter(({ table }) => mapped.has(table));
    const wrong = known
      .filter(({ table, column }) => !mapped.get(table)?.has(column))
      .map(({ table, column }) => `the database has ${table}.${column}, which no map knows`);
    const classes = [
      ...new Set(described.flatMap((table) => table.columns.map((column) => column.class))),
    ].filter((name) => name !== 'none');
    const { text } = await eyes.page('/privacy');
    const isMoney = (name: string) => eyes.settings.billing === 'off' && name === 'user.financial';
    wrong.push(
      ...classes
        .filter((name) => !isMoney(name) && !text.includes(`id="category-${name}"`))
        .map((name) => `the policy leaves out ${name}`),
    );
    wrong.push(
      ...classes
        .filter((name) => PROTECTED.test(name))
        .map((name) => `${name} is a protected classification`),
    );
    const aimless = described.flatMap((table) =>
      table.columns
        .filter((column) => column.class !== 'none' && column.purposes.length === 0)
        .map(({ column }) => `${table.table}.${column} has no purpose`),
    );
    return noneOf(
      [...wrong, ...aimless],
      `${countOf(known.length, 'column')} of the database are those of the data map, each personal one with its purposes; the policy shows all ${countOf(classes.length, 'category', 'categories')}, none of them protected.`,
    );
  },
};

/** Cases that may be told of, by when they may be; and what else the record knows of. */
const DISCLOSED = `
  select ((select count(*) from disclosure_case c where c.outcome in ('whole', 'part') and c.closed_at is not null
      and (c.gag_until is null or c.gag_over_at is not null)
      and greatest(c.closed_at, c.gag_over_at) >= now() - interval '365 days')
    + (select count(*) from record_entry r where r.kind = 'disclosure' and r.at >= now() - interval '365 days'
      and not exists (select from disclosure_step s where s.id = r.id)))::int as n`;

export const disclosures: Check = {
  id: 'disclosures',
  clauses: ['CPPA-4'],
  pace: 'hour',
  restsOn: ['record'],
  probe:
    'Counts the disclosures of twelve months in the register and in the record, and reads what the policy says.',
  async look(eyes) {
    const [row] = await eyes.rows<{ n: number }>(DISCLOSED);
    const count = row?.n ?? 0;
    const { text } = await eyes.page('/privacy');
    const plain = text.replace(/<!-- -->|<[^>]+>/g, '');
    const words = count === 0 ? 'not once' : count === 1 ? 'once' : `${count} times`;
    if (!plain.includes(`to third parties ${words},`))
      return broken('The policy says another number of disclosures than register and record hold.');
    return kept(
      `Register and record hold ${countOf(count, 'disclosure')} of the last twelve months, and the policy says so.`,
    );
  },
};

/** Says nothing of how many cases there are: one may not be told of. */
export const demands: Check = {
  id: 'demands',
  clauses: ['DISCLOSE-3'],
  pace: 'hour',
  restsOn: ['record'],
  probe:
    'Looks for demands of authorities that one person answered alone, and for people who should have been told of one; opens the transparency report.',
  async look(eyes) {
    const { status } = await eyes.page('/privacy/transparency');
    if (status !== 200) return broken('The transparency report does not open.');
    const [row] = await eyes.rows<{ alone: number; late: number }>(`
      select count(*) filter (where approved_by = prepared_by)::int as alone,
        count(*) filter (where gag_over_at is null and gag_until < now() - interval '1 day')::int as late
      from disclosure_case`);
    if ((row?.alone ?? 0) > 0) return broken('A demand was answered by one person alone.');
    if ((row?.late ?? 0) > 0) return broken('A silence is over, and nobody was told.');
    return kept(
      'No demand was answered by one person alone, no silence lasts longer than it may, and the report opens.',
    );
  },
};

export const contact: Check = {
  id: 'contact',
  clauses: ['CONTACT-1', 'STATE-8'],
  pace: 'hour',
  probe:
    'Reads the contact page and the policy for the address, the data protection officer and the postal address.',
  async look(eyes) {
    const { policyEmail, dpo, postalAddress } = eyes.settings.company;
    const missing = [
      ...(policyEmail.includes('@') ? [] : ['"controller.policy_email"']),
      ...(dpo === null ? ['"controller.data_protection_officer"'] : []),
      ...(postalAddress === ADDRESS_NOT_ENTERED ? ['"controller.contact"'] : []),
    ];
    if (missing.length > 0) return off(`The operator has not said ${missing.join(', ')}.`);
    const { text } = await eyes.page('/privacy');
    const plain = text
      .replace(/<!-- -->|<[^>]+>/g, '')
      .replaceAll('&amp;', '&')
      .replaceAll('&#x27;', "'");
    const absent = [policyEmail, dpo ?? ''].filter((words) => !plain.includes(words));
    return absent.length === 0
      ? kept(
          'The policy names the address for questions and requests, the data protection officer and the postal address.',
        )
      : broken('The policy leaves out whom to write to.');
  },
};
