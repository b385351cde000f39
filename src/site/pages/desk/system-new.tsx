/** Registers a system outside Kept. */
import { SYSTEM_FIELDS } from '../../../control/outside/words.ts';
import { FormPage, Problem } from '../../parts/form.tsx';
import { SystemForm } from '../../parts/outside-system.tsx';
import { answered, carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/system-new.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => ({
    ...(await parts.outsideDesk.form(caller)),
    once: crypto.randomUUID(),
  }));

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [...SYSTEM_FIELDS, 'once'], async ({ do: _what, once, ...form }, site) => {
    await site.parts.outsideDesk.register(site.caller, form, once);
    return goOn(site, '/desk/systems');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Register a system – Desk – Kept' }];

export default function SystemNew({ loaderData, actionData }: Route.ComponentProps) {
  return (
    <FormPage
      title="Register a system"
      lead="Somewhere outside where your staff hold personal data. Open requests get a task for it at once."
    >
      <Problem refused={actionData} />
      <SystemForm
        {...loaderData}
        entered={actionData?.entered ?? {}}
        once={actionData?.entered.once || loaderData.once}
        button="Register it"
        what="register"
      />
    </FormPage>
  );
}
