/** Requests as figures for an alarm: overdue ones first, which are to be none. */
import { outsideFigures } from '../outside/index.ts';
import type { RequestParts } from './parts.ts';
import { countWaiting } from './queue.ts';

/** In Prometheus' text format. `toRead`: mails that wait for a reader. */
export async function requestMetrics(parts: RequestParts, toRead: number): Promise<string> {
  const { open, soon, late } = await countWaiting(parts, parts.erasing.store.now());
  const outside = await outsideFigures(parts.erasing);
  const gauges = [
    ['kept_requests_overdue', 'Requests about personal data whose answer is overdue: to be 0.', late],
    ['kept_requests_due_soon', 'Requests about personal data that are due within seven days.', soon],
    ['kept_requests_open', 'Requests about personal data that wait for an answer.', open],
    ['kept_mail_to_read', 'Mails to the policy address that wait for a reader.', toRead],
    [
      'kept_outside_tasks_overdue',
      'Tasks about people in systems outside that are overdue: to be 0.',
      outside.overdue,
    ],
    ['kept_outside_tasks_open', 'Tasks about people in systems outside that are open.', outside.open],
  ] as const;
  const lines = gauges.flatMap(([name, help, value]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    `${name} ${value}`,
  ]);
  return `${lines.join('\n')}\n`;
}
