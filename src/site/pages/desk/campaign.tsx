/** One campaign: how it looks, how far it is, and what can be done with it now. */
import { CampaignForm } from '../../parts/campaign-form.tsx';
import { CAMPAIGN_STATES } from '../../parts/campaign-words.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Field, Problem } from '../../parts/form.tsx';
import { count } from '../../parts/format.ts';
import { Moment } from '../../parts/moment.tsx';
import { answered, carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/campaign.ts';

export const loader = ({ context, params, request }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => ({
    ...(await parts.campaigns.get(caller, params.campaign)),
    isTested: new URL(request.url).searchParams.has('tested'),
  }));

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['subject', 'words', 'at'], async ({ do: what, ...form }, site) => {
    const { campaigns } = site.parts;
    const { campaign: id } = args.params;
    if (what === 'test') {
      await campaigns.test(site.caller, id);
      return goOn(site, `/desk/campaigns/${id}?tested`);
    }
    if (what === 'schedule') await campaigns.schedule(site.caller, id, form);
    else if (what === 'pause') await campaigns.pause(site.caller, id);
    else if (what === 'go_on') await campaigns.goOn(site.caller, id);
    else if (what === 'cancel') await campaigns.cancel(site.caller, id);
    else await campaigns.change(site.caller, id, form);
    return goOn(site, `/desk/campaigns/${id}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'A campaign – Desk – Kept' }];

type Loaded = Route.ComponentProps['loaderData'];

export default function Campaign({ loaderData, actionData }: Route.ComponentProps) {
  const { id, subject, state, sendAt, text, isTested, words } = loaderData;
  return (
    <div className="stack">
      <h1>{subject}</h1>
      <Problem refused={actionData} />
      {isTested && (
        <p className="note" role="status">
          A test is on its way to your own address.
        </p>
      )}
      <p>
        <span className={state === 'sending' ? 'tag good' : 'tag'}>{CAMPAIGN_STATES[state]}</span>
        {sendAt !== null && (
          <>
            {' '}
            <span className="quiet">
              from <Moment iso={sendAt} /> UTC on
            </span>
          </>
        )}
      </p>
      {state !== 'draft' && <Counts {...loaderData} />}
      <Doing {...loaderData} at={actionData?.entered.at ?? ''} />
      <h2>As it looks</h2>
      <div className="letters">
        <Look id={id} scheme="light" />
        <Look id={id} scheme="dark" />
      </div>
      <h2>As text</h2>
      <CodeBlock label="The mail as text" code={text.trim()} />
      {state === 'draft' && (
        <>
          <h2>Change it</h2>
          <CampaignForm
            entered={{
              subject: actionData?.entered.subject || subject,
              words: actionData?.entered.words || words,
            }}
            button="Save the change"
          />
        </>
      )}
      <p>
        <a href="/desk/campaigns">All campaigns</a>
      </p>
    </div>
  );
}

const Look = ({ id, scheme }: { id: string; scheme: 'light' | 'dark' }) => (
  <iframe
    className={`letter ${scheme}`}
    sandbox=""
    src={`/desk/campaigns/${id}.html?scheme=${scheme}`}
    title={`The mail in a ${scheme} mail program`}
  />
);

function Counts({ counts, groupMin }: Loaded) {
  const shown = (people: number | null) => (people === null ? `fewer than ${groupMin}` : count(people));
  return (
    <>
      <dl className="facts">
        <dt>Sent</dt>
        <dd>{shown(counts.sent)}</dd>
        <dt>On their way, or tried again</dt>
        <dd>{shown(counts.waiting)}</dd>
        <dt>Refused by the mail server, or its answer was lost</dt>
        <dd>{shown(counts.notTaken)}</dd>
        <dt>Came back: the mailbox refuses mail</dt>
        <dd>{shown(counts.cameBack)}</dd>
        <dt>Complaints</dt>
        <dd>{shown(counts.complained)}</dd>
      </dl>
      <p className="quiet">Rounded down to groups of {groupMin}, so that a number never tells of somebody.</p>
    </>
  );
}

function Doing({ state, missing, at }: Loaded & { at: string }) {
  const isOver = state === 'done' || state === 'cancelled';
  if (isOver) return null;
  return (
    <>
      {missing !== null && <p className="note warn">Nothing can be sent yet. {missing}</p>}
      <form method="post" className="stack">
        {state === 'draft' && missing === null && (
          <Field
            name="at"
            label="When (UTC)"
            type="datetime-local"
            defaultValue={at}
            help="Left empty: at once. Sending asks you to confirm that it is you."
          />
        )}
        <p className="actions">
          {state === 'draft' && missing === null && <Do what="schedule" words="Send it" />}
          {state === 'paused' && missing === null && <Do what="go_on" words="Go on" />}
          {(state === 'scheduled' || state === 'sending') && <Do what="pause" words="Pause" />}
          {missing === null && <Do what="test" words="Send a test to myself" second />}
          <Do what="cancel" words={state === 'draft' ? 'Throw it away' : 'Cancel it for good'} second />
        </p>
      </form>
    </>
  );
}

const Do = ({ what, words, second = false }: { what: string; words: string; second?: boolean }) => (
  <button className={second ? 'button second' : 'button'} type="submit" name="do" value={what}>
    {words}
  </button>
);
