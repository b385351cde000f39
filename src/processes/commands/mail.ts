/** `kept mail`: the outbox of service mail; what a mail says that could not be sent. */
import type { Command } from 'commander';
import { minuteOf } from '../../control/minute.ts';
import { callAdmin } from './admin-client.ts';
import { action, print, table, withJson } from './print.ts';

interface ListedMail {
  readonly id: string;
  readonly template: string;
  readonly state: string;
  readonly maybe_twice: boolean;
  readonly created_at: string;
}

export function register(program: Command): void {
  const mail = program.command('mail').description('service mail that waits, and what was sent');
  withJson(mail.command('list').description('the newest mails, and how far each is')).action(
    action(async ({ json }: { json?: boolean }) => {
      const answer = await callAdmin<{ mails: readonly ListedMail[] }>('GET', '/mails');
      const rows = answer.mails.map((each) => [
        minuteOf(each.created_at),
        each.id,
        each.template,
        each.maybe_twice ? `${each.state}, maybe twice` : each.state,
      ]);
      print(json, answer, rows.length === 0 ? ['No mail was written yet.'] : table(rows));
    }),
  );
  const show = mail
    .command('show <id>')
    .description('what a mail says that is not sent yet; the look goes into the record');
  withJson(show).action(
    action(async (id: string, { json }: { json?: boolean }) => {
      const answer = await callAdmin<{ to: string; subject: string; text: string }>(
        'GET',
        `/mails/${encodeURIComponent(id)}`,
      );
      print(json, answer, [`To: ${answer.to}`, `Subject: ${answer.subject}`, '', answer.text.trimEnd()]);
    }),
  );
}
