/** One breach: its clocks, who has to be told, and what is to be done. */
import { FACT_FIELDS, STEP_FIELDS } from '../../../control/breach/fields.ts';
import { SendAgain } from '../../parts/breach-again.tsx';
import { BreachFacts, BreachHistory, Stages } from '../../parts/breach-case.tsx';
import { Duties } from '../../parts/breach-duties.tsx';
import { BreachForms } from '../../parts/breach-forms.tsx';
import { standingOfBreach } from '../../parts/breach-words.ts';
import { Problem } from '../../parts/form.tsx';
import { Moment } from '../../parts/moment.tsx';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/breach.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  await answered(context, ({ parts, caller }) => parts.breaches.list(caller));
  demandFresh(request, context, who);
  // They wrote for longer than ten minutes: what they wrote is here, and nothing else of it.
  if (!who.fresh) return null;
  return answered(context, ({ parts, caller }) => parts.breaches.breach(caller, params.breach));
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [...FACT_FIELDS, ...STEP_FIELDS], async ({ do: what, ...form }, site) => {
    const { breaches } = site.parts;
    const { breach: id } = args.params;
    const { caller } = site;
    if (what === 'told') await breaches.told(caller, id, form);
    else if (what === 'draft') await breaches.draft(caller, id, form);
    else if (what === 'propose') await breaches.propose(caller, id, form);
    else if (what === 'agree') await breaches.agree(caller, id, form);
    else if (what === 'decline') await breaches.decline(caller, id, form);
    else await breaches.correct(caller, id, form);
    return goOn(site, `/desk/breaches/${id}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Breach – Desk – Kept' }];

export default function Breach({ loaderData: it, actionData }: Route.ComponentProps) {
  if (it === null) return <SendAgain refused={actionData} />;
  return (
    <div className="stack">
      <h1>Breach</h1>
      <p className="lead">
        We became aware on <Moment iso={it.aware} /> (UTC): {standingOfBreach(it)}.
      </p>
      <Problem refused={actionData} />
      {it.overdue > 0 && it.closedAt === null && (
        <p className="note bad">
          Somebody had to be told by now. Tell them what is known, say why it is late, and let the rest
          follow.
        </p>
      )}
      {it.sending && it.sent === null && (
        <p className="note" role="status">
          The mails to the people are being written.
        </p>
      )}
      {it.sent !== null && (
        <p className="note">
          {it.sent.people} {it.sent.people === 1 ? 'person was' : 'people were'} written to, until{' '}
          <Moment iso={it.sent.at} />.
        </p>
      )}
      <Stages it={it} />
      <Duties it={it} />
      <BreachForms it={it} entered={actionData?.entered ?? {}} />
      <BreachFacts it={it} />
      <BreachHistory it={it} />
      <form method="post" action={`/desk/breaches/${it.id}/export`}>
        <button className="button second" type="submit">
          Export it as JSON
        </button>
      </form>
      <p>
        <a href="/desk/breaches">All breaches</a>
      </p>
    </div>
  );
}
