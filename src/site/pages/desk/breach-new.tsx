/** Enters a breach. */
import { FACT_FIELDS } from '../../../control/breach/fields.ts';
import { FactFields } from '../../parts/breach-fields.tsx';
import { FormPage, Once, Problem } from '../../parts/form.tsx';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/breach-new.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  await answered(context, ({ parts, caller }) => parts.breaches.list(caller));
  demandFresh(request, context, who);
  return { once: crypto.randomUUID() };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [...FACT_FIELDS, 'once'], async ({ once, ...form }, site) => {
    const id = await site.parts.breaches.open(site.caller, form, once);
    return goOn(site, `/desk/breaches/${id}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Enter a breach – Desk – Kept' }];

export default function BreachNew({ actionData, loaderData }: Route.ComponentProps) {
  return (
    <FormPage
      title="Enter a breach"
      lead="Say what is known now, and leave the rest: it can be written anew, and what stood before stays. Nothing is told to anybody by itself."
    >
      <Problem refused={actionData} />
      <form method="post">
        <Once of={actionData?.entered.once || loaderData.once} />
        <FactFields entered={actionData?.entered ?? {}} />
        <button className="button" type="submit">
          Enter it
        </button>
      </form>
    </FormPage>
  );
}
