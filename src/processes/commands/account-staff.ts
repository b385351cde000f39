/** `kept account staff`: gives somebody a role at the desk, with an end or without, or takes it away. */
import type { Command } from 'commander';
import { minuteOf } from '../../control/minute.ts';
import { accountPath, callAdmin } from './admin-client.ts';
import { action, print, withAccount, withJson } from './print.ts';

/** As options of commands list them. */
export const STAFF_ROLES_LISTED = 'support, privacy, finance, admin or auditor';

interface StaffOptions {
  readonly account: string;
  readonly role: string;
  readonly until?: string;
  readonly json?: boolean;
}

interface Given {
  readonly role: string | null;
  readonly until: string | null;
  readonly changed: boolean;
}

export function registerStaff(account: Command): void {
  withJson(withAccount(account.command('staff').description('set which role somebody has at the desk')))
    .requiredOption('--role <role>', `${STAFF_ROLES_LISTED}, or none`)
    .option('--until <date>', 'the role ends then, like 2027-01-31; an auditor’s within 90 days')
    .action(
      action(async ({ account: of, role, until, json }: StaffOptions) => {
        const body = { role, ...(until !== undefined && { until }) };
        const given = await callAdmin<Given>('POST', accountPath(of, '/staff'), body);
        print(json, given, [given.changed ? changed(of, given) : `That was so already.`]);
      }),
    );
}

function changed(of: string, { role, until }: Given): string {
  if (role === null) return `${of} has no role at the desk any more. They are told by mail.`;
  const end = until === null ? '' : `, until ${minuteOf(until)} UTC`;
  return `${of} has the role ${role} at the desk${end}. They are told by mail.`;
}
