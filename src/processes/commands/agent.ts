/** `kept agent`: agents of the Data Rights Protocol, and their tokens. */
import type { Command } from 'commander';
import { minuteOf } from '../../control/minute.ts';
import { callAdmin } from './admin-client.ts';
import { action, print, table, withJson } from './print.ts';

interface Listed {
  readonly business_id: string | null;
  readonly agents: readonly {
    readonly id: string;
    readonly name: string;
    readonly callback_host: string | null;
    readonly set_up_at: string | null;
  }[];
}

export function register(program: Command): void {
  const agent = program.command('agent').description('agents that may ask by the Data Rights Protocol');
  withJson(
    agent.command('list').description('the agents of the configuration, and since when each has a token'),
  ).action(
    action(async ({ json }: { json?: boolean }) => {
      const answer = await callAdmin<Listed>('GET', '/agents');
      const rows = answer.agents.map(({ id, name, set_up_at }) => [
        id,
        name,
        set_up_at === null ? 'no token' : `token since ${minuteOf(set_up_at)}`,
      ]);
      const none = 'No agent is configured: see “drp” in docs/configuration.md.';
      print(json, answer, rows.length === 0 ? [none] : table(rows));
    }),
  );
  const revoke = agent.command('revoke <id>').description('ends an agent’s token at once');
  withJson(revoke).action(
    action(async (id: string, { json }: { json?: boolean }) => {
      const path = `/agents/${encodeURIComponent(id)}/token/revoke`;
      print(json, await callAdmin<object>('POST', path), [
        `The token of ${id} works no more. The agent can set up another one with its key; take it out of the configuration if it is to have none.`,
      ]);
    }),
  );
}
