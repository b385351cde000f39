/** The receipt of an answer of one's own, as a file (USE-5). */
import { data } from 'react-router';
import { siteContext } from '../context.ts';
import { signedIn } from '../session.ts';
import type { Route } from './+types/receipt.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const { parts, asking } = context.get(siteContext);
  try {
    const receipt = await parts.choices.receipt(await asking(), params.answer);
    return new Response(`${JSON.stringify(receipt, null, 2)}\n`, {
      headers: {
        'content-type': 'application/json',
        'content-disposition': `attachment; filename="consent-receipt-${receipt.receipt_id}.json"`,
        'cache-control': 'no-store',
      },
    });
  } catch (error) {
    const problem = parts.problemOf(error);
    throw problem === null ? error : data(null, { status: problem.status });
  }
}
