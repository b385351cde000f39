/** All of a breach as a file, by a form, so that nothing fetches it beforehand. */
import { data } from 'react-router';
import { siteContext } from '../../context.ts';
import { fileAnswer } from '../../file-answer.ts';
import { answered, signedIn } from '../../session.ts';
import type { Route } from './+types/breach-export.ts';

/** Nothing is here to look at. */
export const loader = () => {
  throw data(null, { status: 404 });
};

export async function action({ context, request, params }: Route.ActionArgs) {
  const { parts } = context.get(siteContext);
  if (!parts.signIn.isOwn(request.headers)) return new Response(null, { status: 403 });
  await signedIn(request, context);
  const file = await answered(context, ({ caller }) => parts.breaches.export(caller, params.breach));
  return fileAnswer(file);
}
