/** One event at the desk: announced, changed, cancelled; who comes is shown in the answer to a form that says why. */
import { EVENT_FIELDS, EventForm } from '../../parts/event-form.tsx';
import { EventWhen } from '../../parts/event-when.tsx';
import { Field, Problem } from '../../parts/form.tsx';
import { count } from '../../parts/format.ts';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/event.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  const event = await answered(context, ({ parts, caller }) => parts.eventDesk.event(caller, params.event));
  demandFresh(request, context, who);
  return event;
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [...EVENT_FIELDS, 'reason'], async ({ do: what, reason, ...form }, site) => {
    const { eventDesk } = site.parts;
    const { event } = args.params;
    if (what === 'people') return { people: await eventDesk.people(site.caller, event, { reason }) };
    if (what === 'announce') await eventDesk.announce(site.caller, event);
    else if (what === 'cancel') {
      await eventDesk.cancel(site.caller, event);
      return goOn(site, '/desk/events');
    } else await eventDesk.change(site.caller, event, form);
    return goOn(site, `/desk/events/${event}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Event – Desk – Kept' }];

/** `2027-01-31T12:00:00.000Z` as the field has it. */
const MINUTE_CHARACTERS = 16;

export default function DeskEvent({ loaderData, actionData }: Route.ComponentProps) {
  const refused = actionData !== undefined && 'problem' in actionData ? actionData : undefined;
  const people = actionData !== undefined && 'people' in actionData ? actionData.people : null;
  const { id, title, words, place, capacity, state, isOver, coming, waiting } = loaderData;
  const stands = {
    title,
    words,
    place,
    capacity: String(capacity),
    startsAt: loaderData.startsAt.slice(0, MINUTE_CHARACTERS),
    endsAt: loaderData.endsAt.slice(0, MINUTE_CHARACTERS),
  };
  const isEntered = refused?.entered.title;
  return (
    <div className="stack">
      <h1 className="breaks">{title}</h1>
      <p className="lead">
        {state === 'draft' ? 'Nobody sees it yet.' : state === 'open' ? 'Everybody sees it.' : 'Cancelled.'}{' '}
        {count(coming)} of {count(capacity)} come, {count(waiting)} wait.
      </p>
      <EventWhen event={loaderData} />
      <Problem refused={refused} />
      <form method="post" className="actions">
        {state === 'draft' && (
          <button className="button" type="submit" name="do" value="announce">
            Announce it
          </button>
        )}
        {state !== 'cancelled' && !isOver && (
          <button className="button second" type="submit" name="do" value="cancel">
            {state === 'draft' ? 'Throw it away' : 'Cancel it'}
          </button>
        )}
        {state !== 'draft' && (
          <a className="button second" href={`/events/${id}`}>
            As everybody sees it
          </a>
        )}
      </form>
      {coming + waiting > 0 && <People people={people} reason={refused?.entered.reason} />}
      {state !== 'cancelled' && !isOver && (
        <details className="form-page" open={isEntered !== undefined && isEntered !== ''}>
          <summary>Change it</summary>
          <EventForm entered={isEntered ? refused.entered : stands} button="Save it" />
        </details>
      )}
      <p>
        <a href="/desk/events">All events</a>
      </p>
    </div>
  );
}

interface PeopleProps {
  readonly people:
    | readonly { readonly state: string; readonly name: string; readonly email: string }[]
    | null;
  readonly reason: string | undefined;
}

const People = ({ people, reason }: PeopleProps) =>
  people === null ? (
    <section className="form-page stack">
      <h2>Who comes</h2>
      <form method="post">
        <Field
          name="reason"
          label="Why you look"
          maxLength={500}
          defaultValue={reason}
          autoComplete="off"
          required
          help="It goes into the record, and each of them sees it."
        />
        <button className="button second" type="submit" name="do" value="people">
          Show them
        </button>
      </form>
    </section>
  ) : (
    <section className="stack">
      <h2>Who comes</h2>
      <WideTable label="Who comes">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Address</th>
            <th scope="col">Place</th>
          </tr>
        </thead>
        <tbody>
          {people.map(({ state, name, email }) => (
            <tr key={email}>
              <th scope="row">{name}</th>
              <td>{email}</td>
              <td>{state === 'in' ? 'has one' : 'waits'}</td>
            </tr>
          ))}
        </tbody>
      </WideTable>
    </section>
  );
