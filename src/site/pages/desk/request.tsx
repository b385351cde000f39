/**
 * One request at the desk, with the law beside it. What was written is shown in the answer to a form and stands at no
 * address; whoever decides opens it first.
 */
import { AgentProof } from '../../parts/agent-proof.tsx';
import { kindInWords } from '../../parts/asks.ts';
import { JudgeReport, Reported } from '../../parts/child-report.tsx';
import { Decide, type Opened } from '../../parts/decide-request.tsx';
import { DeskOutsider } from '../../parts/desk-outsider.tsx';
import { Extend, LateAppeal, Prove } from '../../parts/desk-request-forms.tsx';
import { Problem } from '../../parts/form.tsx';
import { Day } from '../../parts/moment.tsx';
import { OutsideList } from '../../parts/outside-list.tsx';
import { RequestSteps } from '../../parts/request-steps.tsx';
import { DECISIONS, DOORS, PROVEN_BY, standingOf, stepInWords } from '../../parts/request-words.ts';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/request.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  const shown = await answered(context, ({ parts, caller }) => parts.requestDesk.one(caller, params.request));
  // Whoever decides confirms it first, so that what they write is not lost.
  if (shown.may.open) demandFresh(request, context, who);
  const mails = await answered(context, ({ parts, caller }) =>
    parts.mailDesk.ofRequest(caller, params.request),
  );
  return { ...shown, mails };
}

const DECISION_FIELDS = ['decision', 'ground', 'words', 'item', 'value'] as const;

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [...DECISION_FIELDS, 'account', 'extension', 'name', 'email'], async (form, site) => {
    const { requestDesk } = site.parts;
    const { request: id } = args.params;
    const { do: what, words, account, extension, decision, ground } = form;
    if (what === 'invite')
      return requestDesk.inviteOutsider(site.caller, id, { name: form.name, email: form.email });
    if (what === 'open') return { opened: await requestDesk.open(site.caller, id) };
    if (what === 'extend') await requestDesk.extend(site.caller, id, { extension });
    else if (what === 'take_back') await requestDesk.takeBackOutsider(site.caller, id);
    else if (what === 'appeal') await requestDesk.appeal(site.caller, id, { words });
    else if (what === 'judge') await requestDesk.judge(site.caller, id, { decision, ground, account });
    else if (what === 'accept_proof') await requestDesk.acceptProof(site.caller, id);
    else if (what === 'refuse_proof') await requestDesk.refuseProof(site.caller, id);
    else if (what === 'prove') await requestDesk.prove(site.caller, id, { account });
    else await requestDesk.decide(site.caller, id, decisionIn(form));
    return goOn(site, `/desk/requests/${id}`);
  });

const decisionIn = (form: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    DECISION_FIELDS.flatMap((name) => (form[name] === undefined ? [] : [[name, form[name]]])),
  );

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Request – Desk – Kept' }];

type Loaded = Route.ComponentProps['loaderData'];

export default function Request({ loaderData: request, actionData }: Route.ComponentProps) {
  const refused = actionData !== undefined && 'problem' in actionData ? actionData : undefined;
  const opened = actionData !== undefined && 'opened' in actionData ? actionData.opened : null;
  return (
    <div className="stack">
      <h1>{kindInWords(request.right)}</h1>
      <p className="lead">
        <strong>{standingOf(request)}</strong>
        {request.urgency !== null && (
          <>
            {' '}
            <span className={request.urgency === 'late' ? 'tag bad' : 'tag warn'}>{request.urgency}</span>
          </>
        )}
      </p>
      <Problem refused={refused} />
      <Facts request={request} />
      <h2>{request.right === 'child_report' ? 'What is promised' : 'The law beside it'}</h2>
      <ul>
        {request.law.map(({ says, known }) => (
          <li key={says}>
            {says} <Known of={known} />
          </li>
        ))}
      </ul>
      {request.right !== 'child_report' && (
        <p>
          <a href={request.lawPage}>All of it, on the day that it came</a>
        </p>
      )}
      {request.isOwn && (
        <p className="note warn">This request is your own. Somebody else decides about it.</p>
      )}
      {request.decidedFirst && (
        <p className="note warn">You decided this first. Somebody else decides the appeal.</p>
      )}
      {opened === null ? <OpenIt may={request.may} /> : <Written opened={opened} />}
      {opened !== null && request.may.decide && <Deciding request={request} opened={opened} entered={{}} />}
      {refused !== undefined && refused.entered.decision !== '' && request.may.decide && (
        <Deciding request={request} opened={null} entered={refused.entered} />
      )}
      <OutsideList
        outside={request.outside}
        lead="What staff may hold about them elsewhere. The request is carried out when the last of these is over."
        atDesk
      />
      <DeskOutsider
        request={request}
        code={actionData !== undefined && 'code' in actionData ? actionData.code : null}
        entered={refused?.entered}
      />
      <AgentProof request={request} />
      {request.may.prove && <Prove entered={refused?.entered.account} />}
      {request.may.extend && <Extend request={request} />}
      {request.may.appeal && <LateAppeal />}
      <Mails mails={request.mails} />
      <RequestSteps steps={request.steps} />
      <p>
        <a href="/desk/requests">All requests</a>
      </p>
    </div>
  );
}

interface DecidingProps {
  readonly request: Loaded;
  readonly opened: Opened | null;
  readonly entered: Readonly<Record<string, string>>;
}

const Deciding = ({ request, opened, entered }: DecidingProps) =>
  request.right === 'child_report' ? (
    <JudgeReport
      request={request}
      account={entered.account ?? opened?.report?.found ?? opened?.report?.account ?? ''}
      entered={entered}
    />
  ) : (
    <Decide request={request} items={opened?.correctables ?? []} entered={entered} />
  );

const dayIn = (iso: string): string => iso.slice(0, 10);

const Facts = ({ request }: { request: Loaded }) => (
  <dl className="facts">
    <dt>Came</dt>
    <dd>
      <Day date={dayIn(request.receivedAt)} />, by {DOORS[request.door]}
    </dd>
    {request.agent !== null && (
      <>
        <dt>Asked for them by</dt>
        <dd className="breaks">{request.agent}, whose word about them is no proof</dd>
      </>
    )}
    {request.right !== 'child_report' && (
      <>
        <dt>They live in</dt>
        <dd>{request.place}</dd>
      </>
    )}
    <dt>Answer by</dt>
    <dd>
      <Day date={dayIn(request.dueAt)} />
      {request.extension !== null && `, put off once, because ${request.extension}`}
    </dd>
    {request.right !== 'child_report' && (
      <>
        <dt>Shown who asks</dt>
        <dd>{request.provenBy === null ? 'not yet' : PROVEN_BY[request.provenBy]}</dd>
      </>
    )}
    {request.decision !== null && (
      <>
        <dt>Decision</dt>
        <dd>
          {DECISIONS[request.decision]}
          {request.ground !== null && `: ${request.ground.name} (${request.ground.rule})`}
        </dd>
      </>
    )}
    {request.appeal.decision !== null && (
      <>
        <dt>Appeal</dt>
        <dd>{request.appeal.decision === 'upheld' ? 'the first decision stands' : 'decided otherwise'}</dd>
      </>
    )}
    {request.account !== null && (
      <>
        <dt>Account</dt>
        <dd>
          <a href={`/desk/${request.account}`} className="breaks">
            {request.account}
          </a>
        </dd>
      </>
    )}
    {request.reference !== null && (
      <>
        <dt>In the subject of its letters</dt>
        <dd>{request.reference}</dd>
      </>
    )}
    {request.page !== null && (
      <>
        <dt>Its page, for the answer by post</dt>
        <dd className="breaks">{request.page}</dd>
      </>
    )}
  </dl>
);

/** What is written in them opens on a page of their own, which enters the look in the record. */
const Mails = ({ mails }: { mails: Loaded['mails'] }) =>
  mails.length === 0 ? null : (
    <>
      <h2>Mail about it</h2>
      <ul>
        {mails.map((mail) => (
          <li key={mail.id}>
            <a href={`/desk/requests/mail/${mail.id}`}>
              Came by mail on <Day date={dayIn(mail.receivedAt)} />
            </a>
            {!mail.isSame && ', from an address that is not the one of the request'}
            {mail.withdraws && '; it sounds as if they did not want it any more'}
            {mail.repliedAt !== null && (
              <>
                ; answered on <Day date={dayIn(mail.repliedAt)} />
              </>
            )}
            {!mail.isRead && (
              <>
                {' '}
                <span className="tag warn">not read yet</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );

const KNOWN = {
  text_seen: { name: 'read in its own text', tag: 'tag good' },
  secondary: { name: 'by a report', tag: 'tag' },
  unverified: { name: 'not looked up yet', tag: 'tag warn' },
} as const;

const Known = ({ of }: { of: keyof typeof KNOWN | null }) =>
  of === null ? null : <span className={KNOWN[of].tag}>{KNOWN[of].name}</span>;

const OpenIt = ({ may }: { may: Loaded['may'] }) =>
  may.open ? (
    <form method="post" className="stack">
      <p className="quiet">
        The look goes into the record before anything is opened, and the person sees it on their page.
      </p>
      <button className="button" type="submit" name="do" value="open">
        {may.decide ? 'Open what was written, and decide' : 'Open what was written'}
      </button>
    </form>
  ) : (
    <p className="quiet">What was written is opened by whoever has the role privacy.</p>
  );

const Written = ({ opened: { report, said, words } }: { opened: Opened }) =>
  report !== null ? (
    <Reported report={report} />
  ) : (
    <>
      <h2>What was written</h2>
      <dl className="facts">
        {said.address !== null && (
          <>
            <dt>Address that was named</dt>
            <dd className="breaks">{said.address}</dd>
          </>
        )}
        {said.by !== null && (
          <>
            <dt>Who asks for them, as they say</dt>
            <dd className="breaks">{said.by}</dd>
          </>
        )}
        {said.value !== null && (
          <>
            <dt>To be corrected to</dt>
            <dd className="breaks">{said.value}</dd>
          </>
        )}
        <dt>In their words</dt>
        <dd className="breaks">{said.words ?? 'nothing'}</dd>
        {words.map((each) => (
          <Said key={each.event + each.words} {...each} />
        ))}
      </dl>
    </>
  );

const Said = ({ event, words }: Opened['words'][number]) => (
  <>
    <dt>{stepInWords({ event, cause: 'system', state: 'closed', at: '' })}</dt>
    <dd className="breaks">{words}</dd>
  </>
);
