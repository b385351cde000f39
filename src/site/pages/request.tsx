/**
 * How a request stands, for whoever has the address of its page: what was asked, by which law, until when, what was
 * decided and why, and what is possible now. It holds nothing of the person's data.
 */

import { useParams, useSearchParams } from 'react-router';
import type { RequestPages } from '../../control/requests/index.ts';
import { siteContext } from '../context.ts';
import { kindInWords } from '../parts/asks.ts';
import { Problem } from '../parts/form.tsx';
import { Fetch, FetchOwn, Ladder, ShownNow, Stopped, Waiting } from '../parts/ladder.tsx';
import { Day, Moment } from '../parts/moment.tsx';
import { OutsideList } from '../parts/outside-list.tsx';
import { WordsField } from '../parts/request-fields.tsx';
import { RequestSteps } from '../parts/request-steps.tsx';
import { DECISIONS, standingOf } from '../parts/request-words.ts';
import { carryOut, goOn, refusal } from '../session.ts';
import type { Route } from './+types/request.ts';

export async function loader({ context, params }: Route.LoaderArgs) {
  const { parts } = context.get(siteContext);
  const request = await parts.requests.shown(params.link).catch(refusal(parts));
  return { request, contact: parts.company.policyEmail };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['words'], async ({ do: what, words = '', code = '', ...form }, site) => {
    const { requests } = site.parts;
    const { link } = args.params;
    const { ladder } = requests;
    if (what === 'challenge') return { challenge: await ladder.challenge(site.caller, link) };
    if (what === 'recovery_code')
      return { climbed: await ladder.showRecoveryCode(site.caller, link, { code }) };
    if (what === 'facts') return { climbed: await ladder.showFacts(site.caller, link, factsIn(form)) };
    if (what === 'appeal') await requests.appeal(link, { words });
    else await requests.withdraw(site.caller, link);
    return goOn(site, `/privacy/requests/${link}`);
  });

const factsIn = ({ made, key_name, credit_on, credit }: Readonly<Record<string, string>>) => ({
  made,
  key_name,
  credit_on,
  credit,
});

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [
  { title: 'Request about data – Kept' },
  { name: 'robots', content: 'noindex' },
];

type ShownRequest = Awaited<ReturnType<RequestPages['shown']>>;

const dayIn = (iso: string): string => iso.slice(0, 10);

export default function Request({ loaderData, actionData }: Route.ComponentProps) {
  const { request, contact } = loaderData;
  const { link } = useParams();
  const [query] = useSearchParams();
  const refused = actionData !== undefined && 'problem' in actionData ? actionData : undefined;
  const climbed = actionData !== undefined && 'climbed' in actionData ? actionData.climbed : null;
  const challenge = actionData !== undefined && 'challenge' in actionData ? actionData.challenge : null;
  const { ladder } = request;
  return (
    <div className="prose stack">
      <h1>{request.byAgent && !request.isProven ? 'The request' : 'Your request'}</h1>
      <p className="lead">
        {kindInWords(request.right)}: <strong>{whereItIs(request)}</strong>.
      </p>
      <Problem refused={refused} />
      {climbed !== null && <ShownNow climbed={climbed} />}
      <Standing request={request} contact={contact} />
      {ladder !== null && request.proofUntil !== null && ladder.waitsUntil === null && (
        <Ladder ladder={ladder} challenge={challenge} isOpen={refused !== undefined} />
      )}
      {ladder?.fetchedUntil != null && (
        <Fetch link={link ?? ''} until={ladder.fetchedUntil} refused={query.get('archive')} />
      )}
      {request.isReader && request.done !== null && isExport(request.right) && (
        <FetchOwn link={link ?? ''} refused={query.get('archive')} />
      )}
      <dl className="facts">
        <dt>Came</dt>
        <dd>
          <Day date={dayIn(request.receivedAt)} />
        </dd>
        {request.isOpen && (
          <>
            <dt>Answer by</dt>
            <dd>
              <Day date={dayIn(request.dueAt)} />
              {request.extension !== null && `, put off once, because ${request.extension}`}
            </dd>
          </>
        )}
        {request.agent !== null && (
          <>
            <dt>Asked for you by</dt>
            <dd className="breaks">{request.agent}</dd>
          </>
        )}
        <dt>Place that was said</dt>
        <dd>{request.place}</dd>
        <dt>Why we do it</dt>
        <dd>
          {request.basis} <a href={request.lawPage}>What the law says</a>
        </dd>
        <dt>Complaints</dt>
        <dd className="breaks">{request.regulator}</dd>
      </dl>
      <OutsideList
        outside={request.outside}
        lead={
          request.isOpen
            ? 'Our staff may also hold something about you in these. Your request is not complete before all of them are looked through.'
            : 'Where else our staff may hold something about you, and what came of it.'
        }
      />
      <Processors {...request} />
      <Receipts request={request} />
      <Answers request={request} />
      {request.appeal.isPossible && <Appeal request={request} entered={refused?.entered.words} />}
      <RequestSteps steps={request.steps} />
      {request.mayWithdraw && <Withdraw request={request} />}
      <p className="quiet">
        Whoever has the address of this page can see it and withdraw the request: keep it to yourself. What is
        remembered of a request is when it came, what it was and how it was answered, for 24 months; then that
        is gone, too.
      </p>
    </div>
  );
}

/** Companies that work for us and were told to forget, and how far each is. */
const Processors = ({ processors }: Pick<ShownRequest, 'processors'>) =>
  processors.length > 0 && (
    <section className="stack">
      <h2>With those who work for us</h2>
      <ul className="lines">
        {processors.map(({ processor, state }) => (
          <li key={processor}>
            <strong>{processor}</strong>:{' '}
            {state === 'done'
              ? 'it has confirmed that it deleted you. What a law makes it keep, it keeps for as long as that law says.'
              : 'it has not confirmed yet. It is asked again until it has.'}
          </li>
        ))}
      </ul>
      <p>
        <a href="/privacy/processors">Who they are, and how long they keep what</a>
      </p>
    </section>
  );

/** Whether somebody from outside is asked at the moment. */
const isOutside = (steps: ShownRequest['steps']): boolean =>
  steps.findLast(({ event }) => event === 'invite_outside' || event === 'end_outside')?.event ===
  'invite_outside';

function whereItIs(request: ShownRequest): string {
  const { ladder, proofUntil } = request;
  if (ladder?.isStopped) return 'stopped';
  return ladder?.waitsUntil != null && proofUntil !== null
    ? 'waits whether anybody objects'
    : standingOf(request);
}

function Standing({ request, contact }: { request: ShownRequest; contact: string }) {
  const { state, right, decision, proofUntil, done, doneHere, erasesAt, joinedTo, ladder, steps, isReader } =
    request;
  if (ladder?.isStopped) return <Stopped contact={contact} />;
  if (ladder?.waitsUntil != null && proofUntil !== null) return <Waiting until={ladder.waitsUntil} />;
  if (proofUntil !== null) return <WaitsForProof until={proofUntil} />;
  if (joinedTo !== null)
    return (
      <p className="note" role="status">
        You asked for this already, and it is not over:{' '}
        <a href={`/privacy/requests/${joinedTo}`}>that request</a> goes on.
      </p>
    );
  if (state === 'closed' && decision === 'not_proven') return <NotProven contact={contact} />;
  if (erasesAt !== null && isReader)
    return (
      <p className="note warn" role="status">
        On <Day date={dayIn(erasesAt)} /> your address and everything else that names you is deleted. Until
        then you can withdraw the request, on this page.
      </p>
    );
  if (erasesAt !== null)
    return (
      <p className="note warn" role="status">
        On <Day date={dayIn(erasesAt)} /> the account and everything that names you is deleted. Until then you
        can keep it, or take your data with you: <a href="/console/leaving">sign in</a>, and that is what you
        are shown.
      </p>
    );
  if (ladder?.fetchedUntil != null)
    return (
      <p className="note" role="status">
        The archive is made. Whoever has the code fetches it here.
      </p>
    );
  if (doneHere !== null)
    return (
      <p className="note" role="status">
        In our own systems it is done. {doneHere} <Where right={right} /> It is not complete yet: other
        systems are still looked through.
      </p>
    );
  if (done !== null)
    return (
      <p className="note" role="status">
        {done} {!isReader && <Where right={right} />}
      </p>
    );
  if (state === 'deciding' || state === 'appeal_deciding')
    return (
      <p className="note" role="status">
        {`${isOutside(steps) ? 'An independent person from outside' : 'Somebody here'} looks at it and decides. `}
        You get a mail when it is decided, and it stands here.
      </p>
    );
  return null;
}

const WaitsForProof = ({ until }: { until: string }) => (
  <div className="note" role="status">
    <p>
      If the address that was named is one that we hold, a mail with a link is on its way there. Open it and
      say that it was you, until <Moment iso={until} /> UTC.
    </p>
    <p>
      No mail? Look into the folder for unwanted mail. It may also be that we hold nothing under that address:
      then ask again with another one. This page does not say which, so that it tells nobody who has an
      account.
    </p>
  </div>
);

const NotProven = ({ contact }: { contact: string }) => (
  <div className="note warn" role="status">
    <p>
      Nobody showed that they are whom this is about, so nothing was done and nothing was shown to anybody.
    </p>
    <p>
      What remains possible: <a href="/privacy/requests">ask again</a>, with the address that the account has;
      sign in and ask there; opt out, which needs no proof; or write to {contact}.
    </p>
  </div>
);

const isExport = (right: ShownRequest['right']): boolean => right === 'access' || right === 'portability';

function Where({ right }: { right: ShownRequest['right'] }) {
  if (isExport(right)) return <a href="/console/export">To the archive</a>;
  if (right === 'confirm' || right === 'correct' || right === 'restrict' || right === 'object')
    return <a href="/console/profile">Your data</a>;
  return null;
}

function Answers({ request: { answers, ground, decision, appeal, decidedAt } }: { request: ShownRequest }) {
  if (decidedAt === null || decision === null || (answers.length === 0 && ground === null)) return null;
  const [first, second] = answers;
  return (
    <>
      <h2>The decision</h2>
      <p>
        It is <strong>{DECISIONS[decision]}</strong>, on <Day date={dayIn(decidedAt)} />.
      </p>
      {first !== undefined && <blockquote>{first.words}</blockquote>}
      {ground !== null && (
        <dl className="facts">
          <dt>Ground</dt>
          <dd>{ground.name}</dd>
          <dt>Rule</dt>
          <dd>{ground.rule}</dd>
          <dt>What would change it</dt>
          <dd>{ground.change}</dd>
        </dl>
      )}
      {appeal.decision !== null && (
        <>
          <h2>The appeal</h2>
          <p>
            {appeal.decision === 'upheld'
              ? 'Somebody else looked at it, and the first decision stands.'
              : 'Somebody else looked at it, and decided otherwise.'}
          </p>
          {second !== undefined && <blockquote>{second.words}</blockquote>}
        </>
      )}
    </>
  );
}

const Appeal = ({ request, entered }: { request: ShownRequest; entered: string | undefined }) => (
  <section className="form-page stack">
    <h2>Appeal</h2>
    <p>
      You can appeal until <Day date={dayIn(request.appeal.until ?? '')} />. Somebody else than the one who
      decided looks at all of it again.
    </p>
    <form method="post">
      <WordsField label="What you do not agree with" entered={entered} required />
      <button className="button" type="submit" name="do" value="appeal">
        Appeal
      </button>
    </form>
  </section>
);

const Withdraw = ({ request }: { request: ShownRequest }) => (
  <form method="post">
    <button className="button second" type="submit" name="do" value="withdraw">
      {request.appeal.appealedAt === null ? 'Withdraw the request' : 'Withdraw the appeal'}
    </button>
  </form>
);

const RECEIPTS = {
  done: 'Receipt that it is deleted here',
  completed: 'Receipt of what came of it with others',
} as const;

const Receipts = ({ request: { link, receipts } }: { request: ShownRequest }) =>
  receipts.length === 0 ? null : (
    <ul className="lines">
      {receipts.map((which) => (
        <li key={which}>
          <a href={`/privacy/requests/${link}/receipts/${which}`}>{RECEIPTS[which]}</a>, which anybody can
          check
        </li>
      ))}
    </ul>
  );
