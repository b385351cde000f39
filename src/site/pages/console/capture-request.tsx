/** One request that was kept to find a fault, for an owner of its account. */
import { CapturedFactsList, CapturedText } from '../../parts/captured.tsx';
import { ask, demandFresh, signedIn } from '../../session.ts';
import type { Route } from './+types/capture-request.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  demandFresh(request, context, who);
  const { account, request: id } = params;
  const kept = await ask(context, (console, caller) => console.capture.request(caller, account, id));
  return { kept, place: `/console/${account}/capture` };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'A request that was kept – Kept' }];

export default function CaptureRequest({ loaderData: { kept, place } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>A request that was kept</h1>
      <CapturedFactsList {...kept} />
      <CapturedText {...kept} />
      <p>
        <a href={place}>All that was kept</a>
      </p>
    </div>
  );
}
