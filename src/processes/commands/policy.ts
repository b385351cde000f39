/** `kept policy`: versions of the policy and the terms: what they say otherwise, published, announced, withdrawn. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { DOCUMENT_WORDS, type DocumentName } from '../../control/document-names.ts';
import { minuteOf } from '../../control/minute.ts';
import type { ComparedBlock, Preview } from '../../control/publishing/index.ts';
import { ROOT } from '../root.ts';
import { CommandError, callAdmin } from './admin-client.ts';
import { action, print, table, withJson } from './print.ts';

interface Shown {
  readonly document: DocumentName;
  readonly version: number;
  readonly state: string;
  readonly significant: boolean;
  readonly summary: string;
  readonly announced_at: string;
  readonly holds_at: string;
  readonly sha256: string;
}

interface Draft {
  readonly text: string;
  readonly base: number;
  readonly title?: string;
  readonly summary?: string;
  readonly significant?: boolean;
}

interface TextOptions {
  readonly document: DocumentName;
  readonly summary?: string;
  readonly json?: boolean;
}

interface PublishOptions extends TextOptions {
  readonly significant?: string;
  readonly why: string;
}

/** Loaded by this command only: every check comes with it. */
async function checkBindings({ json }: { readonly json?: boolean }): Promise<void> {
  const { policyFaults } = await import('../policy-check/index.ts');
  const faults = policyFaults(ROOT);
  print(json, { faults }, faults.length === 0 ? ['Each sentence of the policy is bound.'] : faults);
  if (faults.length > 0) process.exitCode = 1;
}

const ANSWER_MS_MAX = 60_000;
const HEAD = /^---\n([\s\S]*?)\n---\n/;

export function register(program: Command): void {
  const policy = program
    .command('policy')
    .description('publish versions of the privacy policy and the terms; see what they say otherwise');
  withJson(policy.command('list').description('every version, and which of them holds')).action(action(list));
  const check = policy
    .command('check')
    .description(
      'in a clone: whether each sentence is bound to controls, checks, mutations, tests and criteria; needs no running instance',
    );
  withJson(check).action(action(checkBindings));
  const compare = policy
    .command('compare')
    .description(
      'what a text says otherwise than the newest version, whether that is significant, and the mail; publishes nothing',
    );
  withJson(withText(compare)).action(action(compareText));
  const publish = policy
    .command('publish')
    .description(
      'publish a text. What is significant is told to everybody by mail and on the first page, and holds after the notice period',
    );
  withJson(
    withText(publish)
      .option('--significant <yes|no>', 'whether people are told before it holds; left out: as its head says')
      .requiredOption('--why <reason>', 'why it is significant, or why not; published with it'),
  ).action(action(publishText));
  const withdraw = policy
    .command('withdraw')
    .description('take back a version that does not hold yet; whoever was told of it is told of that');
  withJson(withDocument(withdraw).requiredOption('--version <number>', 'the version that waits')).action(
    action(takeBack),
  );
}

const withDocument = (command: Command): Command =>
  command.option('--document <name>', 'privacy-policy, terms or dpa', 'privacy-policy');

const withText = (command: Command): Command =>
  withDocument(command)
    .argument('[file]', 'Markdown; left out: the newest one below policy/ that is not published')
    .option('--summary <words>', 'what is different, in plain words; left out: as its head says');

async function list({ json }: { json?: boolean }): Promise<void> {
  const answered = await callAdmin<{ versions: Shown[] }>('GET', '/publications');
  const rows = answered.versions.map((each) => [
    each.document,
    String(each.version),
    each.state,
    each.announced_at.slice(0, 10),
    minuteOf(each.holds_at),
    each.significant ? 'yes' : 'no',
    each.sha256.slice(0, 16),
  ]);
  const head = ['text', 'version', 'state', 'published', 'holds from', 'significant', 'sha-256'];
  print(json, answered, table([head, ...rows]));
}

async function compareText(file: string | undefined, options: TextOptions): Promise<void> {
  const { document, json } = options;
  const draft = await draftOf(file, document);
  const summary = options.summary ?? draft.summary ?? '';
  const seen = await previewOf(document, draft, summary);
  print(json, seen, [...seenLines(seen), '', seen.mail.subject, '', seen.mail.text.trim()]);
}

async function publishText(file: string | undefined, options: PublishOptions): Promise<void> {
  const { document, why, json } = options;
  const draft = await draftOf(file, document);
  const summary = options.summary ?? draft.summary;
  if (summary === undefined) throw new CommandError('Say with --summary what is different, in plain words.');
  const significant = options.significant ?? saidOf(draft.significant);
  if (significant === undefined) throw new CommandError('Say with --significant yes or no what it is.');
  const { text, base, title } = draft;
  const wish = { document, text, ...(title && { title }), summary, significant, why, base };
  const done = await callAdmin<Shown & { changed: boolean }>('POST', '/publications', wish, ANSWER_MS_MAX);
  print(json, done, [publishedLine(done), `SHA-256 of its text: ${done.sha256}`]);
}

const saidOf = (significant: boolean | undefined): string | undefined =>
  significant === undefined ? undefined : significant ? 'yes' : 'no';

function publishedLine({
  document,
  version,
  state,
  holds_at,
  changed,
}: Shown & { changed: boolean }): string {
  const what = `Version ${version} of the ${DOCUMENT_WORDS[document]}`;
  if (!changed) return `${what} says this already; nothing was published.`;
  return state === 'waits'
    ? `${what} is announced: everybody is told, and it holds from ${minuteOf(holds_at)} (UTC) on.`
    : `${what} holds.`;
}

async function takeBack({
  document,
  version,
  json,
}: {
  document: DocumentName;
  version: string;
  json?: boolean;
}): Promise<void> {
  const wish = { document, version: Number(version) };
  const done = await callAdmin<Shown>('POST', '/publications/withdraw', wish);
  print(json, done, [`Version ${done.version} of the ${DOCUMENT_WORDS[document]} never holds.`]);
}

/** What is to be published, and what it is compared with. */
async function draftOf(file: string | undefined, document: DocumentName): Promise<Draft> {
  if (file === undefined)
    return callAdmin<Draft>('GET', `/publications/draft?document=${encodeURIComponent(document)}`);
  const { versions } = await callAdmin<{ versions: Shown[] }>('GET', '/publications');
  const newest = versions.find((each) => each.document === document && each.state !== 'withdrawn');
  if (newest === undefined) throw new CommandError('--document must be privacy-policy, terms or dpa.');
  return { ...readDraft(file), base: newest.version };
}

/** What stands above a text between two lines of `---` is about it, and no part of it. */
function readDraft(file: string): Omit<Draft, 'base'> {
  const written = readText(file).replaceAll('\r\n', '\n');
  const [whole = '', head = ''] = HEAD.exec(written) ?? [];
  const said = Object.fromEntries(
    head.split('\n').map((line) => [line.split(':')[0]?.trim(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return {
    text: written.slice(whole.length),
    ...(said.title && { title: said.title }),
    ...(said.summary && { summary: said.summary }),
    ...(said.significant && { significant: said.significant === 'true' }),
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CommandError(`${file} cannot be read.`);
  }
}

const previewOf = (document: DocumentName, { text }: Draft, summary: string): Promise<Preview> =>
  callAdmin<Preview>('POST', '/publications/preview', { document, text, summary }, ANSWER_MS_MAX);

function seenLines({ base, compared, reasons }: Preview): string[] {
  const changed = compared.filter(({ kind }) => kind !== 'same');
  return [
    `Against version ${base}: [-taken away-] {+added+}`,
    '',
    ...(changed.length === 0 ? ['The words are the same.'] : changed.map(inWords)),
    '',
    ...(reasons.length === 0
      ? ['Kept sees nothing in it that is significant. You decide.']
      : [
          'Kept proposes: significant.',
          ...reasons.map(({ what, always }) => `- ${what}${always ? ' Always significant.' : ''}`),
        ]),
  ];
}

/** As `git diff --word-diff` writes it. */
const inWords = ({ clauses, words }: ComparedBlock): string =>
  `${clauses.length > 0 ? `${clauses.join(', ')}: ` : ''}${words
    .map(({ kind, text }) => (kind === 'same' ? text : kind === 'added' ? `{+${text}+}` : `[-${text}-]`))
    .join('')}`;
