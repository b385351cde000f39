/** A file of a conversation, for whoever answers: by a form with a reason, so that nothing fetches it beforehand. */
import { data } from 'react-router';
import { siteContext } from '../../context.ts';
import { fileAnswer } from '../../file-answer.ts';
import { answered, signedIn } from '../../session.ts';
import type { Route } from './+types/message-file.ts';

/** Nothing is here to look at: a download is asked for by the form. */
export const loader = () => {
  throw data(null, { status: 404 });
};

export async function action({ context, request, params }: Route.ActionArgs) {
  const { parts } = context.get(siteContext);
  if (!parts.signIn.isOwn(request.headers)) return new Response(null, { status: 403 });
  await signedIn(request, context);
  const form = await request.formData().catch(() => new FormData());
  const reason = String(form.get('reason') ?? '');
  return fileAnswer(
    await answered(context, ({ caller }) =>
      parts.messageDesk.file(caller, params.conversation, params.attachment, { reason }),
    ),
  );
}
