/** Prepares an event; nobody sees it by that. */
import { EVENT_FIELDS, EventForm } from '../../parts/event-form.tsx';
import { FormPage, Problem } from '../../parts/form.tsx';
import { answered, carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/event-new.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => {
    await parts.eventDesk.list(caller);
    return { once: crypto.randomUUID() };
  });

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [...EVENT_FIELDS, 'once'], async ({ do: _, once, ...form }, site) => {
    const id = await site.parts.eventDesk.write(site.caller, form, once);
    return goOn(site, `/desk/events/${id}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Prepare an event – Desk – Kept' }];

export default function EventNew({ loaderData, actionData }: Route.ComponentProps) {
  const once = actionData?.entered.once || loaderData.once;
  return (
    <FormPage title="Prepare an event" lead="You look at it and announce it on the next page.">
      <Problem refused={actionData} />
      <EventForm entered={actionData?.entered ?? {}} once={once} button="Save it" />
    </FormPage>
  );
}
