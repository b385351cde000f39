/** One task in a system outside: whom to look for is shown in the answer to a form, and stands at no address. */
import { Field, Problem } from '../../parts/form.tsx';
import { Day } from '../../parts/moment.tsx';
import { standingIn, TAGS, TASKS } from '../../parts/outside-words.ts';
import { GroundField } from '../../parts/request-fields.tsx';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/task.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  const task = await answered(context, ({ parts, caller }) => parts.outsideDesk.task(caller, params.task));
  if (task.isMine && task.state === 'open') demandFresh(request, context, who);
  return task;
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['outcome', 'ground'], async ({ do: what, outcome, ground = '' }, site, files) => {
    const { outsideDesk } = site.parts;
    const { task } = args.params;
    if (what === 'look') return { who: await outsideDesk.look(site.caller, task) };
    const file = files.get('file');
    const bytes = file === undefined ? null : new Uint8Array(await file.arrayBuffer());
    await outsideDesk.finish(site.caller, task, { outcome, ground }, bytes);
    return goOn(site, `/desk/tasks/${task}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Task – Desk – Kept' }];

type Loaded = Route.ComponentProps['loaderData'];

export default function Task({ loaderData: task, actionData }: Route.ComponentProps) {
  const refused = actionData !== undefined && 'problem' in actionData ? actionData : undefined;
  const who = actionData !== undefined && 'who' in actionData ? actionData.who : null;
  const isOpen = task.state === 'open';
  return (
    <div className="stack">
      <h1>{task.system}</h1>
      <p className="lead">{TASKS[task.what]}.</p>
      <p>
        <span className={TAGS[task.state]}>{standingIn(task)}</span>{' '}
        {task.urgency !== null && (
          <span className={task.urgency === 'late' ? 'tag bad' : 'tag warn'}>{task.urgency}</span>
        )}
      </p>
      <Problem refused={refused} />
      <Facts task={task} />
      {isOpen && task.isHeld && (
        <p className="note warn">
          A legal hold is on this person: nothing of theirs is erased before it ends. The task waits for that.
        </p>
      )}
      {isOpen && !task.isMine && <p className="note">This task is somebody else’s.</p>}
      {isOpen && task.isMine && <Whom who={who} isErased={task.isErased} until={task.until} />}
      {isOpen && task.isMine && (task.isLookedAt || who !== null) && (
        <Finish task={task} entered={refused?.entered ?? {}} />
      )}
      {!isOpen && <p className="quiet">It is over: whom it was about is not shown any more.</p>}
      <p>
        <a href="/desk/tasks">All tasks</a>
      </p>
    </div>
  );
}

const Facts = ({ task }: { task: Loaded }) => (
  <dl className="facts">
    {task.state === 'open' && (
      <>
        <dt>Do it by</dt>
        <dd>
          <Day date={task.dueAt.slice(0, 10)} />
        </dd>
      </>
    )}
    {task.closedAt !== null && (
      <>
        <dt>Over since</dt>
        <dd>
          <Day date={task.closedAt.slice(0, 10)} />
        </dd>
      </>
    )}
    {task.ground !== null && (
      <>
        <dt>Ground</dt>
        <dd>{task.grounds.find(({ code }) => code === task.ground)?.name ?? task.ground}</dd>
      </>
    )}
    <dt>How one finds somebody in it</dt>
    <dd className="breaks">{task.finding}</dd>
    <dt>For</dt>
    <dd>
      {task.request === null ? (
        'a deletion'
      ) : task.mayRequests ? (
        <a href={`/desk/requests/${task.request}`}>a request</a>
      ) : (
        'a request'
      )}
    </dd>
  </dl>
);

interface WhomProps {
  readonly who: {
    name: string | null;
    address: string | null;
    change: { what: string; to: string } | null;
  } | null;
  readonly isErased: boolean;
  readonly until: string;
}

const Whom = ({ who, isErased, until }: WhomProps) =>
  who === null ? (
    <form method="post" className="stack">
      <p className="quiet">
        You see name and address, and nothing else. The look goes into the record before it opens, and the
        person sees it on their page.
        {isErased && (
          <>
            {' '}
            They are erased here: what names them is kept for this task alone, until it is over, and no longer
            than <Day date={until.slice(0, 10)} />.
          </>
        )}
      </p>
      <button className="button" type="submit" name="do" value="look">
        Show whom to look for
      </button>
    </form>
  ) : (
    <section className="stack">
      <h2>Whom to look for</h2>
      <dl className="facts">
        <dt>Name</dt>
        <dd className="breaks">{who.name ?? 'not known'}</dd>
        <dt>E-mail address</dt>
        <dd className="breaks">{who.address ?? 'not known'}</dd>
        {who.change !== null && (
          <>
            <dt>To be corrected</dt>
            <dd className="breaks">
              {who.change.what}: {who.change.to}
            </dd>
          </>
        )}
      </dl>
    </section>
  );

const OUTCOMES: Readonly<Record<Loaded['what'], string>> = {
  hand_in: 'Found: it is in this file',
  correct: 'Found, and corrected',
  restrict: 'Found, and used for nothing from now on',
  erase: 'Found, and erased, also in copies',
  stop: 'Found, and the use is ended',
};

const Finish = ({ task, entered }: { task: Loaded; entered: Readonly<Record<string, string>> }) => (
  <section className="form-page stack">
    <h2>What came of it</h2>
    <form method="post" encType="multipart/form-data">
      <div className="field">
        <label htmlFor="outcome">What came of it</label>
        <select id="outcome" name="outcome" defaultValue={entered.outcome || 'done'}>
          <option value="done">{OUTCOMES[task.what]}</option>
          <option value="nothing_found">Nothing found</option>
          <option value="cannot">It cannot be done</option>
        </select>
      </div>
      {task.what === 'hand_in' && (
        <Field
          name="file"
          label="What was found"
          type="file"
          help="A PDF, JPEG, PNG, ZIP or plain text file (CSV and JSON are text) of 10 MB at most, with nothing about anybody else in it. Only they can download it."
        />
      )}
      <GroundField
        label="Ground, where it cannot be done"
        none="It is done, or nothing is there"
        grounds={task.grounds}
        entered={entered.ground}
      />
      <button className="button" type="submit" name="do" value="finish">
        End the task
      </button>
    </form>
    <p className="quiet">They read what came of it, and the ground with what the law says, not who did it.</p>
  </section>
);
