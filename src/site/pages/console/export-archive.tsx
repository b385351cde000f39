/** The archive itself, as it is made. */
import { siteContext } from '../../context.ts';
import { demandFresh, refusal, signedIn } from '../../session.ts';
import type { Route } from './+types/export-archive.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  demandFresh(request, context, await signedIn(request, context, { whileDeleted: true }));
  const { parts, caller } = context.get(siteContext);
  const archive = await parts.rights.export(caller, request.signal).catch(refusal(parts));
  return new Response(archive, {
    headers: {
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="kept-export.zip"',
      'cache-control': 'no-store',
    },
  });
}
