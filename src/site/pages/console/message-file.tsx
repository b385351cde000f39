/** A file of one's own conversation. */
import { fileAnswer } from '../../file-answer.ts';
import { answered, signedIn } from '../../session.ts';
import type { Route } from './+types/message-file.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  return fileAnswer(
    await answered(context, ({ parts, caller }) =>
      parts.messages.file(caller, params.conversation, params.attachment),
    ),
  );
}
