/** The command line: `kept <command>`, each with `--help`. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { register as registerAsk } from './commands/ask.ts';

import { register as registerStart } from './commands/start.ts';

const program = new Command('kept');
program
  .description('An AI inference cloud that keeps its own privacy policy.')
  .version('0.1.0')
  .showHelpAfterError();

registerStart(program);
registerAsk(program);

for (const name of ['account', 'key', 'credit', 'usage']) {
  const file = path.join(import.meta.dirname, 'commands', `${name}.ts`);
  if (existsSync(file)) {
    const { register } = (await import(file)) as { register: (program: Command) => void };
    register(program);
  }
}
await program.parseAsync();
