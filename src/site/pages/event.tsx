/** One event, and the form that registers for it: without JavaScript, and without an account by a mail that confirms it. */
import { EventWhen } from '../parts/event-when.tsx';
import { Field, Problem } from '../parts/form.tsx';
import { count } from '../parts/format.ts';
import { LanguageField } from '../parts/request-fields.tsx';
import { answered, carryOut, goOn } from '../session.ts';
import type { Route } from './+types/event.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const isSent = new URL(request.url).searchParams.has('sent');
  const event = await answered(context, ({ parts, caller }) => parts.events.event(caller, params.event));
  return { ...event, isSent };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['email', 'name', 'language'], async ({ email = '', name = '', language }, site) => {
    const { event } = args.params;
    const token = await site.parts.events.register(site.caller, event, { email, name, language });
    return goOn(site, token === null ? `/events/${event}?sent` : `/events/registrations/${token}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = ({ loaderData }) => [
  { title: `${loaderData?.title ?? 'Event'} – Kept` },
];

export default function EventPage({ loaderData, actionData }: Route.ComponentProps) {
  const { id, title, words, capacity, isCancelled, isOver } = loaderData;
  return (
    <div className="stack">
      <h1 className="breaks">{title}</h1>
      {isCancelled && <p className="note bad">This event is cancelled.</p>}
      <EventWhen event={loaderData} />
      <p className="words-of breaks">{words}</p>
      <p>
        <a href={`/events/${id}.ics`} download>
          For your calendar
        </a>
      </p>
      {!isCancelled && isOver && <p className="note">It has begun: nobody can register any more.</p>}
      {!isCancelled && !isOver && (
        <section className="form-page stack">
          <h2>Register</h2>
          <p>
            {count(capacity)} can come. Who registers when all places are taken waits, and gets one that
            becomes free.
          </p>
          {loaderData.isSent ? <Sent /> : <Register {...loaderData} refused={actionData} />}
        </section>
      )}
    </div>
  );
}

const Sent = () => (
  <p className="note" role="status">
    A mail is on its way to the address that you named. Its link registers you, and works for three days.
  </p>
);

interface RegisterProps extends Pick<Route.ComponentProps['loaderData'], 'email' | 'keptDays' | 'languages'> {
  readonly refused: Route.ComponentProps['actionData'];
}

const Register = ({ email, keptDays, languages, refused }: RegisterProps) => (
  <>
    <Problem refused={refused} />
    <form method="post">
      {email === null ? (
        <>
          <Field
            name="email"
            label="Your e-mail address"
            type="email"
            autoComplete="email"
            defaultValue={refused?.entered.email}
            required
            help="A link goes there. Only who uses it is registered."
          />
          <Field
            name="name"
            label="Your name, if you like"
            autoComplete="name"
            maxLength={200}
            defaultValue={refused?.entered.name}
          />
        </>
      ) : (
        <p>You register as {email}.</p>
      )}
      <LanguageField languages={languages} entered={refused?.entered.language} />
      <button className="button" type="submit">
        Register
      </button>
    </form>
    <p className="help">
      That you register is known to whoever prepares the event, and gone {count(keptDays)} days after it.
    </p>
  </>
);
