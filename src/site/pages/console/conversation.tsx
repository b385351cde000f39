/** One conversation, for whoever it is with: read, gone on with, deleted. */
import { Problem } from '../../parts/form.tsx';
import { FileFields, filesIn, MessageField } from '../../parts/message-fields.tsx';
import { KIND_WORDS, STANDING } from '../../parts/message-words.ts';
import { Day } from '../../parts/moment.tsx';
import { Written } from '../../parts/written.tsx';
import { answered, carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/conversation.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  return answered(context, ({ parts, caller }) => parts.messages.conversation(caller, params.conversation));
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['words'], async ({ do: what, words }, site, files) => {
    const { messages } = site.parts;
    const { conversation } = args.params;
    if (what === 'delete') {
      await messages.forget(site.caller, conversation);
      return goOn(site, '/console/messages');
    }
    await messages.goOn(site.caller, conversation, { words }, await filesIn(files));
    return goOn(site, `/console/messages/${conversation}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Conversation – Kept' }];

export default function Conversation({ loaderData, actionData }: Route.ComponentProps) {
  const { id, reference, subject, kind, state, until, written } = loaderData;
  return (
    <div className="stack">
      <h1 className="breaks">{subject}</h1>
      <p className="lead">
        {reference}: {KIND_WORDS[kind].name.toLowerCase()}, {STANDING[state]}.
      </p>
      <Written
        messages={written}
        them="You"
        us="Our answer"
        download={(file) => (
          <a className="breaks" href={`/console/messages/${id}/files/${file.id}`} download>
            {file.name}
          </a>
        )}
      />
      <section className="form-page wide-fields stack">
        <h2>Write more</h2>
        <Problem refused={actionData} />
        <form method="post" encType="multipart/form-data">
          <MessageField label="Your message" rows={6} entered={actionData?.entered.words} required />
          <FileFields />
          <button className="button" type="submit" name="do" value="write">
            Send it
          </button>
        </form>
      </section>
      <section className="stack">
        <h2>When it goes</h2>
        <p>
          On <Day date={until.slice(0, 10)} />, if nobody writes meanwhile. You can delete it now; nobody can
          bring it back, and nobody answers it then.
        </p>
        <form method="post">
          <button className="button second" type="submit" name="do" value="delete">
            Delete the conversation
          </button>
        </form>
      </section>
      <p>
        <a href="/console/messages">All messages</a>
      </p>
    </div>
  );
}
