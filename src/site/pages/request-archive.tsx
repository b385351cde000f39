/**
 * The archive of somebody who cannot sign in: for whoever has the code, since they have shown who they are otherwise, or by
 * the own page of somebody without an account; by a form of that page, which says why where there is nothing to give.
 */
import { data, redirect } from 'react-router';
import { siteContext } from '../context.ts';
import type { Route } from './+types/request-archive.ts';

/** Nothing is here to look at. */
export const loader = () => {
  throw data(null, { status: 404 });
};

export async function action({ context, request, params }: Route.ActionArgs) {
  const { parts, caller } = context.get(siteContext);
  if (!parts.signIn.isOwn(request.headers)) return new Response(null, { status: 403 });
  const form = await request.formData().catch(() => new FormData());
  const code = form.get('code');
  const { requests } = parts;
  const fetched =
    code === null
      ? requests.fetchAsReader(caller, params.link)
      : requests.ladder.fetch(caller, params.link, { code: String(code) });
  const { stream, bytes } = await fetched.catch((error: unknown) => {
    const problem = parts.problemOf(error);
    if (problem === null) throw error;
    if (problem.status === 404) throw data(null, { status: 404 });
    throw redirect(`/privacy/requests/${params.link}?archive=${problem.code}`, 303);
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
