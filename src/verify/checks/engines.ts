/** Where prompts go, and what is declared of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { broken, type Check, countOf, kept, noneOf } from '../check.ts';
import type { Eyes } from '../eyes.ts';

const AGAIN_MS = 1_500;

const today = (now: number): string => new Date(now).toISOString().slice(0, 10);

export const engineTerms: Check = {
  id: 'engine-terms',
  clauses: ['INFER-2'],
  pace: 'minutes',
  probe: 'Looks at the terms of every engine, and at every connection that control was refused.',
  async look({ settings, store, egress }) {
    const now = today(store.now());
    const wrong = settings.declarations.flatMap(({ name, declaredBy, until }) => {
      if (declaredBy.trim() === '') return [`nobody has declared what ${name} does`];
      return until !== null && until < now ? [`what was attested of ${name} ended on ${until}`] : [];
    });
    if (settings.declarations.length === 0)
      return broken('No engine is configured, so nothing can be served.');
    if (egress.refused > 0)
      wrong.push(`control wanted to connect to ${countOf(egress.refused, 'place')} that nobody declared`);
    return noneOf(
      wrong,
      `Each of ${countOf(settings.declarations.length, 'engine')} has terms that hold today, under somebody’s name; nothing else is connected to.`,
    );
  },
};

export const training: Check = {
  id: 'no-training',
  clauses: ['INFER-3'],
  pace: 'minutes',
  restsOn: ['record'],
  probe: 'Compares what gateways are told of each account with the consents that stand in the database.',
  async look(eyes, signal) {
    const told = [...eyes.services.directory.accounts()];
    let without = await unconsenting(eyes, told);
    // Somebody who takes it back, or is erased, is out of the database first.
    if (without.length > 0) {
      await sleep(AGAIN_MS, undefined, { signal });
      const still = new Set(without.map(({ id }) => id));
      const now = [...eyes.services.directory.accounts()].filter(({ id }) => still.has(id));
      without = await unconsenting(eyes, now);
    }
    if (without.length > 0)
      return broken(
        `${countOf(without.length, 'account')} may be sent to engines that train, without a consent.`,
      );
    const allowed = told.filter(({ terms }) => terms.allowTraining).length;
    return kept(
      `Of ${countOf(told.length, 'account')} ${allowed} may be sent to engines that train on prompts, each by a consent that stands.`,
    );
  },
};

type AccountState =
  ReturnType<Eyes['services']['directory']['accounts']> extends Iterable<infer T> ? T : never;

/** Those of them that may go to engines that train, and of which no consent stands. */
async function unconsenting({ rows }: Eyes, told: readonly AccountState[]): Promise<AccountState[]> {
  const found = await rows<{ id: string }>(
    `select replace(account_id::text, '-', '') as id from consent where purpose = 'engines_that_train' and answer = 'given'
       and withdrawn_at is null and (expires_at is null or expires_at > now()) and account_id is not null`,
  );
  const consenting = new Set(found.map(({ id }) => id));
  return told.filter(({ id, terms }) => terms.allowTraining && !consenting.has(id));
}

export const regions: Check = {
  id: 'regions',
  clauses: ['AUTO-3'],
  pace: 'hour',
  probe: 'Reads the public list of recipients and the page of models for where each engine and processor is.',
  async look({ settings, recipients, page }) {
    const unknown = [
      ...settings.declarations
        .filter(({ region }) => region === 'unknown')
        .map(({ name }) => `the region of engine ${name} is not declared`),
      ...recipients
        .filter(
          ({ role, own, region, kind }) =>
            role === 'processor' && kind !== 'engine' && !own && region === null,
        )
        .map(({ id }) => `the region of processor ${id} is not said`),
    ];
    const { text } = await page('/privacy/processors');
    const hidden = settings.declarations
      .filter(({ name }) => !text.includes(name))
      .map(({ name }) => `the public list leaves out engine ${name}`);
    return noneOf(
      [...unknown, ...hidden],
      `${countOf(settings.declarations.length, 'engine')} and ${countOf(recipients.filter(({ kind }) => kind !== 'engine').length, 'other recipient')} are listed with where they are.`,
    );
  },
};

export const dataPage: Check = {
  id: 'data-page',
  clauses: ['INFER-5'],
  pace: 'hour',
  probe:
    'Reads the page about inference data and compares it with the engines that are configured and the columns that a usage record has.',
  async look({ settings, page, rows }) {
    const { status, text } = await page('/docs/data');
    if (status !== 200) return broken('The page about inference data does not open.');
    const wrong = settings.declarations
      .filter(({ name }) => !text.includes(name))
      .map(({ name }) => `it leaves out engine ${name}`);
    const columns = await rows<{ column: string }>(
      `select column_name as column from information_schema.columns where table_schema = 'public' and table_name = 'usage_record'`,
    );
    const money = settings.billing === 'off';
    wrong.push(
      ...columns
        .filter(({ column }) => !text.includes(column) && !(money && /price|ledger/.test(column)))
        .map(({ column }) => `it leaves out that ${column} is kept of a request`),
    );
    return noneOf(
      wrong,
      `It names ${countOf(settings.declarations.length, 'engine')} and each of the ${countOf(columns.length, 'field')} that are kept of a request; none of them can hold a prompt or an answer.`,
    );
  },
};
