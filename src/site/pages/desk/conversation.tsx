/**
 * One conversation at the desk. What was written is shown in the answer to a form that says why, and stands at no address;
 * the look is in the record first. Sorting it needs no look.
 */

import { AnswerForm, Hand, LookForm, OpenedConversation, SortForm } from '../../parts/desk-conversation.tsx';
import { Problem } from '../../parts/form.tsx';
import { count } from '../../parts/format.ts';
import { DOOR_WORDS, KIND_WORDS, STATE_WORDS } from '../../parts/message-words.ts';
import { Day, Moment } from '../../parts/moment.tsx';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/conversation.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  const asked = await answered(context, async ({ parts, caller }) => ({
    ...(await parts.messageDesk.conversation(caller, params.conversation)),
    mayAnswer: (await parts.desk.staff(caller)).may.answer_messages,
  }));
  if (asked.mayAnswer) demandFresh(request, context, who);
  return { ...asked, once: crypto.randomUUID() };
}

const KEPT = ['reason', 'words', 'template', 'after', 'right', 'place', 'do', 'once'];

export const action = (args: Route.ActionArgs) =>
  carryOut(args, KEPT, async (form, site) => {
    const { messageDesk } = site.parts;
    const { conversation: id } = args.params;
    const here = `/desk/messages/${id}`;
    const { do: what, reason, words, template, after, kind, state, assignee, right, place, once } = form;
    if (what === 'answer') {
      await messageDesk.answer(site.caller, id, { words, template, after }, once);
      return goOn(site, '/desk/messages?inbox=mine');
    }
    if (what === 'sort') {
      await messageDesk.sort(site.caller, id, { kind, state, assignee });
      return goOn(site, here);
    }
    if (what === 'hand_on') {
      await messageDesk.handOn(site.caller, id, { right, place });
      return goOn(site, here);
    }
    return { opened: await messageDesk.open(site.caller, id, { reason }), reason: reason ?? '' };
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Conversation – Desk – Kept' }];

export default function DeskConversation({ loaderData, actionData }: Route.ComponentProps) {
  const refused = actionData !== undefined && 'problem' in actionData ? actionData : undefined;
  const opened = actionData !== undefined && 'opened' in actionData ? actionData : null;
  const entered: Readonly<Record<string, string>> = refused?.entered ?? {};
  const isAnswering = opened !== null || entered.do === 'answer';
  const { mayAnswer, isOwn, templates, places } = loaderData;
  return (
    <div className="stack">
      <h1>{loaderData.reference}</h1>
      <Facts of={loaderData} />
      <Problem refused={refused} />
      {isOwn && <p className="note">You wrote this yourself. Somebody else reads and answers it.</p>}
      {opened !== null && <OpenedConversation {...opened} />}
      {mayAnswer && !isOwn && (
        <>
          {opened === null && <LookForm entered={entered.reason} />}
          {isAnswering && (
            <AnswerForm templates={templates} entered={entered} once={entered.once || loaderData.once} />
          )}
          <SortForm of={loaderData} />
          {isAnswering || entered.do === 'hand_on' ? <Hand places={places} entered={entered} /> : null}
        </>
      )}
      <p>
        <a href="/desk/messages">The inbox</a>
      </p>
    </div>
  );
}

const Facts = ({ of }: { of: Route.ComponentProps['loaderData'] }) => (
  <dl className="facts">
    <dt>Kind</dt>
    <dd>{KIND_WORDS[of.kind].name}</dd>
    <dt>How it stands</dt>
    <dd>
      {STATE_WORDS[of.state]}
      {of.waitsSince !== null && (
        <>
          , waits since <Moment iso={of.waitsSince} /> UTC
        </>
      )}
    </dd>
    <dt>Who answers it</dt>
    <dd>{of.assignee ?? 'nobody yet'}</dd>
    <dt>Began</dt>
    <dd>{DOOR_WORDS[of.door]}</dd>
    <dt>Messages</dt>
    <dd>
      {count(of.messages)}, the last <Moment iso={of.lastAt} /> UTC
    </dd>
    {of.names !== null && (
      <>
        <dt>Names another</dt>
        <dd>
          <a href={`/desk/messages/${of.names.id}`}>{of.names.reference}</a>, which is with another address
        </dd>
      </>
    )}
    <dt>Goes</dt>
    <dd>
      <Day date={of.until.slice(0, 10)} />, if nobody writes
    </dd>
  </dl>
);
