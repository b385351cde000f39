/** At which balances somebody wants to be warned by mail. */
import { Field, FormPage, Problem } from '../../parts/form.tsx';
import { microDollars } from '../../parts/format.ts';
import { ask, carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/warnings.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const warnings = await ask(context, (console, caller) => console.warnings.list(caller, params.account));
  return { ...warnings, place: `/console/${params.account}/credit` };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['level'], async ({ do: what, level = '' }, site) => {
    const { warnings } = site.parts.console;
    const { account } = args.params;
    await (what === 'remove' ? warnings.remove : warnings.add)(site.caller, account, { level });
    return goOn(site, `/console/${account}/credit/warnings`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Warnings – Kept' }];

export default function Warnings({ loaderData, actionData }: Route.ComponentProps) {
  const { levels, most, place } = loaderData;
  return (
    <FormPage
      title="Warnings"
      lead="A mail says so when less credit is left than you choose here: once each time that it falls below."
    >
      <Problem refused={actionData} />
      {levels.length === 0 ? (
        <p>There are none. A mail still says when requests are refused because no credit is left.</p>
      ) : (
        <ul className="stack">
          {levels.map(({ text, microUsd }) => (
            <li key={text}>
              <form method="post" className="actions">
                <span>Below {microDollars(microUsd)}</span>
                <input type="hidden" name="level" value={text} />
                <button
                  className="button second"
                  type="submit"
                  name="do"
                  value="remove"
                  aria-label={`Remove the warning below ${microDollars(microUsd)}`}
                >
                  Remove
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      {levels.length < most && (
        <form method="post">
          <Field
            name="level"
            label="Warn when less is left than, in US dollars"
            inputMode="decimal"
            defaultValue={actionData?.entered.level}
            help={`Like 5.00. There can be ${most}.`}
            required
          />
          <button className="button" type="submit" name="do" value="add">
            Add it
          </button>
        </form>
      )}
      <p>
        <a href={place}>Back to the credit</a>
      </p>
    </FormPage>
  );
}
