/**
 * One request that was kept. What it says is shown in the answer to a form that says why, and stands at no address; the look
 * is in the record first.
 */
import { CapturedFactsList, CapturedText } from '../../parts/captured.tsx';
import { Problem } from '../../parts/form.tsx';
import { answered, carryOut, demandFresh, signedIn } from '../../session.ts';
import type { Route } from './+types/captured-request.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  const kept = await answered(context, ({ parts, caller }) =>
    parts.captureDesk.request(caller, params.request),
  );
  demandFresh(request, context, who);
  return kept;
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['reason'], async ({ reason }, site) => ({
    opened: await site.parts.captureDesk.open(site.caller, args.params.request, { reason }),
  }));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'A request that was kept – Desk – Kept' }];

export default function DeskCapturedRequest({ loaderData, actionData }: Route.ComponentProps) {
  const refused = actionData !== undefined && 'problem' in actionData ? actionData : undefined;
  const opened = actionData !== undefined && 'opened' in actionData ? actionData.opened : null;
  const { capture } = loaderData;
  return (
    <div className="stack">
      <h1>A request that was kept</h1>
      <CapturedFactsList {...loaderData} />
      <Problem refused={refused} />
      {opened !== null ? (
        <CapturedText {...opened} />
      ) : (
        <form method="post" className="form-page">
          <div className="field">
            <label htmlFor="reason">Why you look</label>
            <input
              id="reason"
              name="reason"
              required
              maxLength={500}
              defaultValue={refused?.entered.reason}
              autoComplete="off"
            />
            <p className="help breaks">
              It goes into the record, and the owners of {capture.account} read it beside your role.
            </p>
          </div>
          <button className="button" type="submit">
            Open it
          </button>
        </form>
      )}
      <p>
        <a href={`/desk/captures/${capture.id}`}>All of this capture</a>
      </p>
    </div>
  );
}
