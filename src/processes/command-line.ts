/**
 * The command line: `kept <command>`, each with `--help`. Only the command that is named is loaded: most of them talk to
 * the running instance and need neither schema nor store.
 */
import { Command } from 'commander';

type Register = (program: Command) => void;

/** In the order of `kept --help`. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly register: Register }>>> = {
  start: () => import('./commands/start.ts'),
  ask: () => import('./commands/ask.ts'),
  account: () => import('./commands/account.ts'),
  invite: () => import('./commands/invite.ts'),
  key: () => import('./commands/key.ts'),
  keys: () => import('./commands/keys.ts'),
  credit: () => import('./commands/credit.ts'),
  billing: () => import('./commands/billing.ts'),
  usage: () => import('./commands/usage.ts'),
  person: () => import('./commands/person.ts'),
  export: () => import('./commands/export.ts'),
  erase: () => import('./commands/erase.ts'),
  agent: () => import('./commands/agent.ts'),
  hold: () => import('./commands/hold.ts'),
  consent: () => import('./commands/consent.ts'),
  mail: () => import('./commands/mail.ts'),
  analytics: () => import('./commands/analytics.ts'),
  backup: () => import('./commands/backup.ts'),
  restore: () => import('./commands/restore.ts'),
  move: () => import('./commands/move.ts'),
  upgrade: () => import('./commands/upgrade.ts'),
  map: () => import('./commands/map.ts'),
  record: () => import('./commands/record.ts'),
  receipt: () => import('./commands/receipt.ts'),
  'source-hash': () => import('./commands/source-hash.ts'),
  database: () => import('./commands/database.ts'),
  policy: () => import('./commands/policy.ts'),
  verify: () => import('./commands/verify.ts'),
  attest: () => import('./commands/attest.ts'),
  explain: () => import('./commands/explain.ts'),
  evidence: () => import('./commands/evidence.ts'),
  doctor: () => import('./commands/doctor.ts'),
};

const program = new Command('kept');
program
  .description('An AI inference cloud that its operator hosts, and that keeps its own privacy policy.')
  .showHelpAfterError();

const named = process.argv[2] ?? '';
const wanted = Object.hasOwn(COMMANDS, named) ? [COMMANDS[named]] : Object.values(COMMANDS);
// One file may make several commands: each is registered once.
const registers = new Set<Register>();
for (const load of wanted) if (load !== undefined) registers.add((await load()).register);
for (const register of registers) register(program);
await program.parseAsync();
