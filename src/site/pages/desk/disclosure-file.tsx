/** A file of a case, by a form, so that nothing fetches it beforehand. Whatever is in it, a browser saves it and runs nothing of it. */
import { data } from 'react-router';
import { siteContext } from '../../context.ts';
import { answered, signedIn } from '../../session.ts';
import type { Route } from './+types/disclosure-file.ts';

const NOTHING = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";

/** Nothing is here to look at. */
export const loader = () => {
  throw data(null, { status: 404 });
};

export async function action({ context, request, params }: Route.ActionArgs) {
  const { parts } = context.get(siteContext);
  if (!parts.signIn.isOwn(request.headers)) return new Response(null, { status: 403 });
  await signedIn(request, context);
  const file = await answered(context, ({ caller }) =>
    parts.disclosures.desk.file(caller, params.case, params.file),
  );
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
