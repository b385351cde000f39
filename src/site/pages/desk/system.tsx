/** One system outside Kept; whoever may change the register changes or retires it here. */
import { SYSTEM_FIELDS } from '../../../control/outside/words.ts';
import { Problem } from '../../parts/form.tsx';
import { Day } from '../../parts/moment.tsx';
import { enteredOf, SystemFacts, SystemForm } from '../../parts/outside-system.tsx';
import { answered, carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/system.ts';

export const loader = ({ context, params }: Route.LoaderArgs) =>
  answered(context, ({ parts, caller }) => parts.outsideDesk.system(caller, params.system));

export const action = (args: Route.ActionArgs) =>
  carryOut(args, SYSTEM_FIELDS, async ({ do: what, ...form }, site) => {
    const { outsideDesk } = site.parts;
    const { system } = args.params;
    if (what === 'retire') await outsideDesk.retire(site.caller, system);
    else if (what === 'take_up') await outsideDesk.takeUp(site.caller, system);
    else await outsideDesk.change(site.caller, system, form);
    return goOn(site, `/desk/systems/${system}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'System – Desk – Kept' }];

export default function System({ loaderData: system, actionData }: Route.ComponentProps) {
  const { lists, owners, mayChange, retiredAt } = system;
  return (
    <div className="stack">
      <h1>{system.name}</h1>
      {retiredAt !== null && (
        <p className="note">
          Retired since <Day date={retiredAt.slice(0, 10)} />: it makes no more tasks. Those that were open
          stay open until somebody has done them.
        </p>
      )}
      <Problem refused={actionData} />
      <SystemFacts system={system} lists={lists} />
      {mayChange && (
        <section className="form-page stack">
          <h2>Change it</h2>
          <SystemForm
            lists={lists}
            owners={owners}
            entered={actionData === undefined ? enteredOf(system) : actionData.entered}
            button="Save"
            what="change"
          />
          <form method="post">
            {retiredAt === null ? (
              <button className="button second" type="submit" name="do" value="retire">
                Retire it
              </button>
            ) : (
              <button className="button second" type="submit" name="do" value="take_up">
                Use it again
              </button>
            )}
          </form>
        </section>
      )}
      <p>
        <a href="/desk/systems">All systems</a>
      </p>
    </div>
  );
}
