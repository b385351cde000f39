/** The command line: `kept <command>`, each with `--help`. */
import { Command } from 'commander';
import { register as registerAccount } from './commands/account.ts';
import { register as registerAsk } from './commands/ask.ts';
import { register as registerBackup } from './commands/backup.ts';
import { register as registerCredit } from './commands/credit.ts';
import { register as registerDoctor } from './commands/doctor.ts';
import { register as registerErase } from './commands/erase.ts';
import { register as registerExport } from './commands/export.ts';
import { register as registerHold } from './commands/hold.ts';
import { register as registerInvite } from './commands/invite.ts';
import { register as registerKey } from './commands/key.ts';
import { register as registerKeys } from './commands/keys.ts';
import { register as registerMail } from './commands/mail.ts';
import { register as registerMap } from './commands/map.ts';
import { register as registerMove } from './commands/move.ts';
import { register as registerPerson } from './commands/person.ts';
import { register as registerRecord } from './commands/record.ts';
import { register as registerRestore } from './commands/restore.ts';
import { register as registerSourceHash } from './commands/source-hash.ts';
import { register as registerStart } from './commands/start.ts';
import { register as registerUpgrade } from './commands/upgrade.ts';
import { register as registerUsage } from './commands/usage.ts';

const program = new Command('kept');
program
  .description('An AI inference cloud that its operator hosts, and that keeps its own privacy policy.')
  .showHelpAfterError();

registerStart(program);
registerAsk(program);
registerAccount(program);
registerInvite(program);
registerKey(program);
registerKeys(program);
registerCredit(program);
registerUsage(program);
registerPerson(program);
registerExport(program);
registerErase(program);
registerHold(program);
registerMail(program);
registerBackup(program);
registerRestore(program);
registerMove(program);
registerUpgrade(program);
registerMap(program);
registerRecord(program);
registerSourceHash(program);
registerDoctor(program);
await program.parseAsync();
