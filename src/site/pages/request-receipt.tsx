/** A receipt of a deletion, which can be checked offline; whoever has the address of the request's page gets it. */
import { siteContext } from '../context.ts';
import { refusal } from '../session.ts';
import type { Route } from './+types/request-receipt.ts';

export async function loader({ context, params }: Route.LoaderArgs) {
  const { parts } = context.get(siteContext);
  const receipt = await parts.requests.receipt(params.link, params.which).catch(refusal(parts));
  return new Response(receipt, {
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="deletion-${params.which}.tlog-proof"`,
      'cache-control': 'no-store',
    },
  });
}
