/** The HTML of a mail as it is sent, to be framed by its page: nothing in it runs, loads or leads anywhere. */
import { letterAnswer } from '../../letter-answer.ts';
import { answered, signedIn } from '../../session.ts';
import type { Route } from './+types/mail-html.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const { html } = await answered(context, ({ parts, caller }) => parts.desk.mail(caller, params.mail));
  return letterAnswer(html);
}
