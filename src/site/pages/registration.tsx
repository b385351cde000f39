/** A registration, for whoever has its address, which only mail to them names: confirmed, or given back. Opening it does nothing. */
import { data } from 'react-router';
import { linkHeaders } from '../link-page.tsx';
import { EventWhen } from '../parts/event-when.tsx';
import { FormPage, Problem } from '../parts/form.tsx';
import { Day } from '../parts/moment.tsx';
import { answered, carryOut, goOn } from '../session.ts';
import type { Route } from './+types/registration.ts';

export const loader = ({ context, params }: Route.LoaderArgs) =>
  answered(context, ({ parts }) => parts.events.registration(params.registration));

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ do: what }, site) => {
    const { registration } = args.params;
    if (what === 'confirm') await site.parts.events.confirm(registration);
    else if (what === 'leave') await site.parts.events.leave(registration);
    else throw data(null, { status: 400 });
    return goOn(site, `/events/registrations/${registration}`);
  });

export const headers: Route.HeadersFunction = linkHeaders;
export const meta: Route.MetaFunction = () => [
  { title: 'Your registration – Kept' },
  { name: 'robots', content: 'noindex' },
];

const LEADS = {
  asked: 'You are not registered yet: confirm it, and you are.',
  in: 'You have a place.',
  waiting: 'All places are taken. You wait for one, and hear by mail when you have it.',
  left: 'You are not registered any more.',
} as const;

export default function RegistrationPage({ loaderData, actionData }: Route.ComponentProps) {
  const { state, event, until } = loaderData;
  const isOpen = !event.isCancelled && !event.isOver;
  const isRegistered = state === 'in' || state === 'waiting';
  return (
    <FormPage title={event.title} lead={event.isCancelled ? 'This event is cancelled.' : LEADS[state]}>
      <Problem refused={actionData} />
      <EventWhen event={event} />
      <p>
        <a href={`/events/${event.id}`}>What it is about</a>, and{' '}
        <a href={`/events/${event.id}.ics`} download>
          for your calendar
        </a>
      </p>
      {isOpen && !isRegistered && (
        <form method="post">
          <button className="button" type="submit" name="do" value="confirm">
            {state === 'asked' ? 'Confirm it' : 'Register again'}
          </button>
        </form>
      )}
      {isRegistered && (
        <form method="post">
          <button className="button second" type="submit" name="do" value="leave">
            {state === 'in' ? 'Give the place back' : 'Wait no longer'}
          </button>
        </form>
      )}
      <p className="help">
        What is known of this registration is gone on <Day date={until.slice(0, 10)} />.
      </p>
    </FormPage>
  );
}
