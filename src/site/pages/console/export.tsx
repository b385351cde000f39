/** Taking one's data along (STATE-4; GDPR Art. 20): asked for, made meanwhile, kept for a day; also while leaving. */
import { data } from 'react-router';
import type { ShownExport } from '../../../control/exports/index.ts';
import { siteContext } from '../../context.ts';
import { FormPage, Problem } from '../../parts/form.tsx';
import { bytesOf, count } from '../../parts/format.ts';
import { Moment } from '../../parts/moment.tsx';
import { carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/export.ts';

/** While it is made, the page loads itself again after so long, unless it is asked not to. */
const RELOAD_S = 5;

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await signedIn(request, context, { whileDeleted: true, besides: ['agreement'] });
  const { parts, caller } = context.get(siteContext);
  const { searchParams } = new URL(request.url);
  const made = await parts.exports.read(caller);
  const runs = made !== null && (made.state === 'waiting' || made.state === 'working');
  const asks = made === null || (searchParams.has('again') && !runs);
  if (asks) demandFresh(request, context, who);
  const reloads = runs && searchParams.get('reload') !== 'no';
  return data(
    {
      made,
      asks,
      reloads,
      mails: parts.exports.mails,
      back: who.deletion === null ? '/console/profile' : '/console/leaving',
    },
    { headers: reloads ? { refresh: String(RELOAD_S) } : {} },
  );
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ cancel }, site) => {
    const { exports } = site.parts;
    await (cancel === undefined ? exports.ask(site.caller) : exports.cancel(site.caller, cancel));
    return goOn(site, '/console/export');
  });

export const headers: Route.HeadersFunction = ({ loaderHeaders }) => {
  const refresh = loaderHeaders.get('refresh');
  return { 'cache-control': 'no-store', ...(refresh !== null && { refresh }) };
};
export const meta: Route.MetaFunction = () => [{ title: 'Take your data with you – Kept' }];

export default function Export({ loaderData, actionData }: Route.ComponentProps) {
  const { made, asks, reloads, mails, back } = loaderData;
  return (
    <FormPage
      title="Take your data with you"
      lead="Everything that we hold about you and the accounts that you own, as one ZIP file: JSON, CSV, a schema, and a receipt."
    >
      <Problem refused={actionData} />
      {made === null || asks ? (
        <Ask replaces={made?.state === 'ready'} mails={mails} />
      ) : (
        <State {...{ made, reloads }} />
      )}
      <p className="aside">
        <a href={back}>Back</a>
      </p>
    </FormPage>
  );
}

const Ask = ({ replaces, mails }: { replaces: boolean; mails: boolean }) => (
  <form method="post">
    <p>
      It is made in the background, which may take some minutes
      {mails ? ', and you get a mail when it is ready' : ': look here again'}. For a day it lies with us,
      sealed under a key of yours; then it is gone. <a href="/docs">What is in it</a> stands in its README
      too.
      {replaces && ' The archive that is ready now is deleted.'}
    </p>
    <p>
      <button className="button" type="submit">
        Make the archive
      </button>
    </p>
  </form>
);

function State({ made, reloads }: { made: ShownExport; reloads: boolean }) {
  switch (made.state) {
    case 'waiting':
    case 'working':
      return <Making made={made} reloads={reloads} />;
    case 'ready':
      return <Ready made={made} />;
    case 'failed':
      return (
        <>
          <p className="note bad" role="status">
            {FAILURES[made.failure ?? 'fault']} Nothing of it is kept.
          </p>
          <Again />
        </>
      );
    case 'over':
      return (
        <>
          <p role="status">The archive was there for a day and is gone.</p>
          <Again />
        </>
      );
    case 'cancelled':
      return (
        <>
          <p role="status">You ended it. Nothing of it is kept.</p>
          <Again />
        </>
      );
  }
}

const FAILURES: Readonly<Record<NonNullable<ShownExport['failure']>, string>> = {
  disk_full: 'There was no room on our disk. It is noted; please ask again later.',
  too_long:
    'It took longer than an hour, which is the most that one may take. Write to us: the contact page says how.',
  interrupted: 'It was interrupted. Please ask again.',
  lost: 'The archive is no longer there. Please ask again.',
  accounts_changed: 'An account whose data are in it is no longer yours. Please ask again.',
  fault: 'Something of ours failed. It is noted; please ask again in a moment.',
};

function Making({ made: { id, state, progress }, reloads }: { made: ShownExport; reloads: boolean }) {
  return (
    <form method="post">
      {state === 'waiting' || progress === null ? (
        <p role="status">It begins as soon as it is its turn.</p>
      ) : (
        <div role="status" className="progress">
          <label htmlFor="made">The archive is being made.</label>
          <progress id="made" value={progress.rows} max={Math.max(progress.of, 1)} />
          <p className="quiet">
            {count(progress.rows)} of {count(progress.of)} entries
          </p>
        </div>
      )}
      <p>
        {reloads ? (
          <>
            This page loads itself again every {RELOAD_S} seconds.{' '}
            <a href="/console/export?reload=no">Do not do that</a>.
          </>
        ) : (
          <>
            <a href="/console/export?reload=no">Look again</a>.
          </>
        )}{' '}
        You can leave this page: you get a mail when the archive is ready.
      </p>
      <p>
        <button className="button second" type="submit" name="cancel" value={id}>
          Cancel
        </button>
      </p>
    </form>
  );
}

const Ready = ({ made: { id, until, bytes } }: { made: ShownExport }) => (
  <>
    <p role="status">
      The archive is ready until <Moment iso={until ?? ''} /> UTC ({bytesOf(bytes ?? 0)}).
    </p>
    <p>
      <a className="button" href={`/console/export/${id}/archive`}>
        Download it
      </a>
    </p>
    <form method="post">
      <p className="actions">
        <button className="button second" type="submit" name="cancel" value={id}>
          Delete it now
        </button>
        <a className="button second" href="/console/export?again">
          Make a new one
        </a>
      </p>
    </form>
  </>
);

const Again = () => (
  <p>
    <a className="button" href="/console/export?again">
      Ask again
    </a>
  </p>
);
