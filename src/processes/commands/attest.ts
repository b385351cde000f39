/** `kept attest`: what no program can see, and which role answers for it, with a document and until when. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import type { Attestation } from '../../control/verification/index.ts';
import { CommandError, callAdmin } from './admin-client.ts';
import { action, print, table, withJson } from './print.ts';

interface Options {
  readonly role?: string;
  readonly document?: string;
  readonly until?: string;
  readonly json?: boolean;
}
interface Answer {
  readonly attestations: readonly Attestation[];
}

export function register(program: Command): void {
  const attest = program
    .command('attest [statement]')
    .description(
      'Enters that a role answers for what no program can see. Without a statement: what there is, and how it stands.',
    )
    .option('--role <words>', 'which role answers for it, such as “head of infrastructure”; no name')
    .option('--document <file>', 'what it rests on; only its SHA-256 is kept')
    .option('--until <day>', 'the last day on which it holds, such as 2027-06-30');
  withJson(attest).action(action(enter));
}

async function enter(statement: string | undefined, options: Options): Promise<void> {
  const { role, document, until, json } = options;
  if (statement === undefined) {
    const answer = await callAdmin<Answer>('GET', '/attestations');
    return print(json, answer, table(answer.attestations.map(line)));
  }
  if (role === undefined || document === undefined || until === undefined)
    throw new CommandError(
      `Say who answers for it, by what, and until when: kept attest ${statement} --role … --document … --until …`,
    );
  const body = { statement, role, document: await hashOf(document), until };
  const answer = await callAdmin<Answer>('POST', '/attestations', body);
  const made = answer.attestations.filter((each) => each.statement === statement);
  print(json, answer, [
    ...made.map(({ words, standing }) => `${standing?.role} answers until ${until}: ${words}`),
    `SHA-256 of ${document}: ${body.document}. Keep the document where an auditor gets it.`,
  ]);
}

const line = ({ statement, words, standing }: Attestation): string[] => [
  statement,
  standing === null
    ? 'nobody'
    : `${standing.role}, ${standing.expired ? 'over since' : 'until'} ${standing.until.slice(0, 10)}`,
  words,
];

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  } catch {
    throw new CommandError(`${file} cannot be read.`);
  }
  return hash.digest('hex');
}
