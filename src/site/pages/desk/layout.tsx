/** Around every page of the desk: only staff gets in, and sees what their looking means. */
import { data, Outlet } from 'react-router';
import { siteContext } from '../../context.ts';
import { Moment } from '../../parts/moment.tsx';
import { signedIn } from '../../session.ts';
import type { Route } from './+types/layout.ts';

/** What pages of the desk need to know of who works there. */
export interface AtDesk {
  /** They may find accounts by an address. */
  readonly byAddress: boolean;
}

export async function loader({ context, request }: Route.LoaderArgs) {
  await signedIn(request, context);
  const { parts, caller } = context.get(siteContext);
  try {
    const { role, until, may } = await parts.desk.staff(caller);
    const staff = {
      role,
      until: until?.toISOString() ?? null,
      looks: may.look,
      byAddress: may.find,
      messages: may.see_messages,
      events: may.events,
      surveys: may.surveys,
      comments: may.comments,
      imports: may.imports,
      requests: may.see_requests,
      systems: may.see_systems,
      tasks: may.do_tasks || may.see_requests,
      doesTasks: may.do_tasks,
      disclosures: may.disclosures,
      breaches: may.breaches,
      campaigns: may.campaigns,
      captures: may.captures,
    };
    return { staff, refused: '' };
  } catch (error) {
    const problem = parts.problemOf(error);
    if (problem === null) throw error;
    if (problem.code !== 'second_factor_missing') throw data(null, { status: problem.status });
    return { staff: null, refused: problem.message };
  }
}

const NUMBERS = 'It shows numbers, and nothing of what a person wrote or is called';
const BUT_TASKS =
  ', but for whom a task of yours is about: that look goes into the record, and the person sees it.';

const DEMANDS = ' Whom a demand for data is about is told of it as soon as that is allowed.';

export default function Desk({ loaderData: { staff, refused } }: Route.ComponentProps) {
  if (staff === null)
    return (
      <div className="form-page stack">
        <h1>Desk</h1>
        <p className="note bad">{refused}</p>
        <p>
          <a href="/console/security">To the security page</a>
        </p>
      </div>
    );
  return (
    <div className="stack">
      <nav className="quiet" aria-label="Desk">
        <a href="/desk">Accounts</a> ·{' '}
        {staff.messages && (
          <>
            <a href="/desk/messages">Messages</a> ·{' '}
          </>
        )}
        {staff.events && (
          <>
            <a href="/desk/events">Events</a> ·{' '}
          </>
        )}
        {staff.surveys && (
          <>
            <a href="/desk/surveys">Surveys</a> ·{' '}
          </>
        )}
        {staff.comments && (
          <>
            <a href="/desk/comments">Comments</a> ·{' '}
          </>
        )}
        {staff.imports && (
          <>
            <a href="/desk/imports">Imports</a> ·{' '}
          </>
        )}
        {staff.requests && (
          <>
            <a href="/desk/requests">Requests</a> ·{' '}
          </>
        )}
        {staff.tasks && (
          <>
            <a href={staff.role === 'auditor' ? '/desk/tasks?all' : '/desk/tasks'}>Tasks</a> ·{' '}
          </>
        )}
        {staff.disclosures && (
          <>
            <a href="/desk/disclosures">Disclosures</a> ·{' '}
          </>
        )}
        {staff.breaches && (
          <>
            <a href="/desk/breaches">Breaches</a> ·{' '}
          </>
        )}
        {staff.systems && (
          <>
            <a href="/desk/systems">Systems</a> ·{' '}
          </>
        )}
        {staff.campaigns && (
          <>
            <a href="/desk/campaigns">Campaigns</a> ·{' '}
          </>
        )}
        {staff.captures && (
          <>
            <a href="/desk/captures">Captures</a> ·{' '}
          </>
        )}
        <a href="/desk/policy">Policy</a> · <a href="/desk/mails">Mails</a> ·{' '}
        <a href="/desk/record">Record</a>
      </nav>
      <p className="quiet">
        Your role is {staff.role}
        {staff.until !== null && (
          <>
            , until <Moment iso={staff.until} /> UTC
          </>
        )}
        .{' '}
        {staff.looks
          ? 'Numbers are shown as they are. Whoever looks at a person’s data gives a reason; the look goes into the record, and the person sees it.'
          : NUMBERS + (staff.doesTasks ? BUT_TASKS : '.')}
        {staff.disclosures && DEMANDS}
      </p>
      <Outlet context={{ byAddress: staff.byAddress } satisfies AtDesk} />
    </div>
  );
}
