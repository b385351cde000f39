/** A file that staff found in a system outside, for whom it is about: a browser saves it and runs nothing of it. */
import { siteContext } from '../../context.ts';
import { demandFresh, refusal, signedIn } from '../../session.ts';
import type { Route } from './+types/handed-in.ts';

const NOTHING = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";

export async function loader({ context, request, params }: Route.LoaderArgs) {
  demandFresh(request, context, await signedIn(request, context, { whileDeleted: true }));
  const { parts, caller } = context.get(siteContext);
  const file = await parts.outsideDesk.file(caller, params.task).catch(refusal(parts));
  return new Response(Uint8Array.from(file.bytes), {
    headers: {
      'content-type': file.type,
      'content-disposition': `attachment; filename="${file.name}"`,
      'content-security-policy': NOTHING,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });
}
