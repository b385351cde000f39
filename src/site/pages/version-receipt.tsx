/** The receipt (C2SP tlog-proof) that a version was entered in the record, as a file. */
import { documentAt } from '../parts/documents.ts';
import { answered } from '../session.ts';
import type { Route } from './+types/version-receipt.ts';

export async function loader({ context, params, request }: Route.LoaderArgs) {
  const document = documentAt(request);
  const receipt = await answered(context, ({ parts }) =>
    parts.publishing.pages.receipt(document, params.version),
  );
  return new Response(receipt, {
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="${document}-${params.version}.tlog-proof"`,
    },
  });
}
