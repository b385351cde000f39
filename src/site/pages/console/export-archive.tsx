/** The archive itself; whoever comes too late or too early is led to the page that says how far it is. */
import { redirect } from 'react-router';
import { siteContext } from '../../context.ts';
import { demandFresh, refusal, signedIn } from '../../session.ts';
import type { Route } from './+types/export-archive.ts';

const ELSEWHERE = ['export_not_ready', 'accounts_changed', 'export_over'];

export async function loader({ context, request, params }: Route.LoaderArgs) {
  demandFresh(request, context, await signedIn(request, context, { whileDeleted: true }));
  const { parts, caller } = context.get(siteContext);
  const { stream, bytes } = await parts.exports.download(caller, params.export).catch((error: unknown) => {
    if (ELSEWHERE.includes(parts.problemOf(error)?.code ?? '')) throw redirect('/console/export');
    return refusal(parts)(error);
  });
  return new Response(stream, {
    headers: {
      'content-type': 'application/zip',
      'content-length': String(bytes),
      'content-disposition': 'attachment; filename="kept-export.zip"',
      'cache-control': 'no-store',
    },
  });
}
