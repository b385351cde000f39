/** What is to be done in systems outside: one's own, the first due first; or everybody's. */
import { count } from '../../parts/format.ts';
import { Day } from '../../parts/moment.tsx';
import { TASKS } from '../../parts/outside-words.ts';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/tasks.ts';

export const loader = ({ context, request }: Route.LoaderArgs) =>
  answered(context, ({ parts, caller }) =>
    parts.outsideDesk.tasks(caller, new URL(request.url).searchParams.has('all')),
  );

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Tasks – Desk – Kept' }];

type Loaded = Route.ComponentProps['loaderData'];

export default function Tasks({ loaderData }: Route.ComponentProps) {
  const { tasks, count: open, late, all, maySeeAll } = loaderData;
  return (
    <div className="stack">
      <h1>{all ? 'Everybody’s tasks' : 'Your tasks'}</h1>
      <p className="lead">
        In systems outside, for requests about people’s data. Open: {count(open)}. Late: {count(late)}.
      </p>
      {maySeeAll && (
        <p className="actions">
          <a className="button second" href={all ? '/desk/tasks' : '/desk/tasks?all'}>
            {all ? 'Your own' : 'Everybody’s'}
          </a>
        </p>
      )}
      {tasks.length === 0 ? <p>{all ? 'None is open.' : 'You have none.'}</p> : <List tasks={tasks} />}
      {open > tasks.length && <p>Those that are due later follow when some of these are done.</p>}
    </div>
  );
}

const List = ({ tasks }: Pick<Loaded, 'tasks'>) => (
  <WideTable label="Tasks">
    <thead>
      <tr>
        <th scope="col">Do it by</th>
        <th scope="col">System</th>
        <th scope="col">What is to be done</th>
      </tr>
    </thead>
    <tbody>
      {tasks.map((task) => (
        <tr key={task.id}>
          <th scope="row">
            <Day date={task.dueAt.slice(0, 10)} />{' '}
            {task.urgency !== null && (
              <span className={task.urgency === 'late' ? 'tag bad' : 'tag warn'}>{task.urgency}</span>
            )}
          </th>
          <td>
            <a href={`/desk/tasks/${task.id}`}>{task.system}</a>
          </td>
          <td>{TASKS[task.what]}</td>
        </tr>
      ))}
    </tbody>
  </WideTable>
);
