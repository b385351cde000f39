/** The receipt of one act that stands in the record about the person. */
import { siteContext } from '../../context.ts';
import { refusal, signedIn } from '../../session.ts';
import type { Route } from './+types/receipt.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context, { whileDeleted: true });
  const { parts, caller } = context.get(siteContext);
  const receipt = await parts.rights.receipt(caller, params.entry).catch(refusal(parts));
  return new Response(receipt, {
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="${params.entry}.tlog-proof"`,
      'cache-control': 'no-store',
    },
  });
}
