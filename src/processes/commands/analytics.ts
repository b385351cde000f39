/** `kept analytics`: what was measured of the site, in sums of groups that are large enough. */
import type { Command } from 'commander';
import { callAdmin } from './admin-client.ts';
import { action, print, table, withJson } from './print.ts';

interface Group {
  readonly name: string;
  readonly views: number;
  readonly visits: number;
  readonly seconds_mean: number;
}
interface Week {
  readonly from: string;
  readonly running: boolean;
  readonly pages: readonly Group[];
  readonly referrers: readonly Group[];
  readonly devices: readonly Group[];
}

export function register(program: Command): void {
  const command = program
    .command('analytics')
    .description('how the site is used, by week: sums of those who agreed to being measured');
  withJson(command).action(
    action(async ({ json }: { json?: boolean }) => {
      const answer = await callAdmin<{ group_min: number; weeks: readonly Week[] }>('GET', '/analytics');
      const { group_min: least, weeks } = answer;
      const none = `No group has ${least} browsers on a day yet, so there is nothing to show. Smaller groups are never shown by themselves.`;
      print(json, answer, weeks.length === 0 ? [none] : weeks.flatMap(linesOf));
    }),
  );
}

const linesOf = ({ from, running, pages, referrers, devices }: Week): string[] => [
  `Week from ${from}${running ? ', still running: rounded down to tens' : ''}`,
  ...part('page', pages),
  ...part('from', referrers),
  ...part('device', devices),
  '',
];

function part(title: string, groups: readonly Group[]): string[] {
  if (groups.length === 0) return [];
  const rows = groups.map(({ name, views, visits, seconds_mean }) => [
    name,
    String(views),
    String(visits),
    String(seconds_mean),
  ]);
  return table([[title, 'views', 'visits', 'seconds on average'], ...rows]).map((line) => `  ${line}`);
}
