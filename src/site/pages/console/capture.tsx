/** Debug capture: whether requests of this account are kept for a while, and what was kept (INFER-4). */
import type { CapturePage, ShownCapture } from '../../../control/capture/index.ts';
import { siteContext } from '../../context.ts';
import { CapturedTable } from '../../parts/captured.tsx';
import { Problem } from '../../parts/form.tsx';
import { count } from '../../parts/format.ts';
import { Moment } from '../../parts/moment.tsx';
import { PolicyText } from '../../parts/policy-text.tsx';
import { CONFIRM_PAGE } from '../../places.ts';
import { ask, carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/capture.ts';

const HOURS_WORDS = { 1: 'one hour', 24: 'one day', 72: 'three days', 168: 'seven days' } as const;
const HOURS_FIRST = 24;

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { fresh } = await signedIn(request, context);
  const page = await ask(context, (console, caller) => console.capture.read(caller, params.account));
  return { ...page, fresh, place: `/console/${params.account}/capture` };
}

export const action = (args: Route.ActionArgs) => {
  const { account } = args.params;
  const { capture } = args.context.get(siteContext).parts.console;
  return carryOut(args, [], async ({ what, ...form }, site) => {
    if (what === 'begin') await capture.begin(site.caller, account, form);
    else if (what === 'end') await capture.end(site.caller, account);
    else await capture.pause(site.caller, account, what === 'stop');
    return goOn(site, `/console/${account}/capture`);
  });
};

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Debug capture – Kept' }];

export default function Capture({ loaderData, actionData }: Route.ComponentProps) {
  const { going, looks, over, fresh, place } = loaderData;
  const [newest] = going;
  return (
    <div className="stack">
      <h1>Debug capture</h1>
      <p className="lead">
        {newest === undefined
          ? 'Nothing of this account’s requests is kept. To find a fault you can have them kept for a while.'
          : newest.stoppedAt === null
            ? 'The requests of this account are being kept, with their answers.'
            : 'Nothing more is kept. What was kept before stays until its end.'}
      </p>
      <Problem refused={actionData} />
      {newest !== undefined && <Now newest={newest} requestsMax={loaderData.requestsMax} />}
      {!fresh && (
        <p>
          <a className="button second" href={`${CONFIRM_PAGE}?next=${place}`}>
            Confirm that it is you to {newest === undefined ? 'switch it on' : 'read them, or keep more'}
          </a>
        </p>
      )}
      {newest !== undefined && <Requests {...loaderData} />}
      {newest !== undefined && <Looks looks={looks} />}
      <Begin {...loaderData} mayAnswer={fresh} goesOn={newest !== undefined} />
      {newest === undefined && looks.length > 0 && <Looks looks={looks} />}
      {over.length > 0 && <Over over={over} />}
    </div>
  );
}

const Now = ({ newest, requestsMax }: { newest: ShownCapture; requestsMax: number }) => (
  <section className="choice stack" aria-labelledby="now">
    <h2 id="now">How it stands</h2>
    <p>
      <span className={newest.stoppedAt === null ? 'tag warn' : 'tag'}>
        {newest.stoppedAt === null ? 'On' : newest.isFull ? 'Full' : 'Stopped'}
      </span>{' '}
      {count(newest.requests)} {newest.requests === 1 ? 'request' : 'requests'} kept since{' '}
      <Moment iso={newest.startedAt} /> UTC, of at most {count(requestsMax)}. Their key is destroyed on{' '}
      <Moment iso={newest.until} /> UTC.
    </p>
    <form method="post" className="actions">
      {newest.stoppedAt === null ? (
        <button className="button second" type="submit" name="what" value="stop">
          Keep nothing more
        </button>
      ) : (
        !newest.isFull && (
          <button className="button second" type="submit" name="what" value="go_on">
            Go on keeping
          </button>
        )
      )}
      <button className="button bad" type="submit" name="what" value="end">
        Take it back: destroy all of it now
      </button>
    </form>
  </section>
);

type Asked = Pick<CapturePage, 'title' | 'text' | 'version'>;

const Begin = ({
  title,
  text,
  version,
  mayAnswer,
  goesOn,
}: Asked & { mayAnswer: boolean; goesOn: boolean }) => (
  <section className="choice stack" aria-labelledby="begin">
    <h2 id="begin">{title}</h2>
    <PolicyText blocks={text} parts={{}} />
    {mayAnswer && (
      <form method="post" className="form-page stack">
        <input type="hidden" name="version" value={version} />
        <div className="field">
          <label htmlFor="hours">For how long, from now</label>
          <select id="hours" name="hours" defaultValue={HOURS_FIRST}>
            {Object.entries(HOURS_WORDS).map(([hours, words]) => (
              <option key={hours} value={hours}>
                {words}
              </option>
            ))}
          </select>
          {goesOn && (
            <p className="help">
              A longer time than the present one begins a second capture with a key of its own; what was kept
              before still ends when it was said to.
            </p>
          )}
        </div>
        <button className="button" type="submit" name="what" value="begin">
          Yes, keep them for that long
        </button>
      </form>
    )}
  </section>
);

type Listed = Pick<CapturePage, 'requests' | 'isCut'>;

const Requests = ({ requests, isCut, fresh, place }: Listed & { fresh: boolean; place: string }) => (
  <section className="stack" aria-labelledby="requests">
    <h2 id="requests">What was kept</h2>
    {requests.length === 0 ? (
      <p>No request yet. Send the one that fails, then load this page again.</p>
    ) : (
      <CapturedTable requests={requests} place={fresh ? place : null} />
    )}
    {isCut && <p className="quiet">These are the newest {requests.length}. The download has all of them.</p>}
    {fresh && requests.length > 0 && (
      <p>
        <a href={`${place}.jsonl`}>Download all of it</a>
      </p>
    )}
  </section>
);

const Looks = ({ looks }: Pick<CapturePage, 'looks'>) => (
  <section className="stack" aria-labelledby="looks">
    <h2 id="looks">Who of the staff looked</h2>
    {looks.length === 0 ? (
      <p>Nobody did.</p>
    ) : (
      <ul>
        {looks.map(({ at, role, reason }) => (
          <li key={at} className="breaks">
            <Moment iso={at} /> UTC, somebody whose role is {role}: {reason}
          </li>
        ))}
      </ul>
    )}
  </section>
);

const Over = ({ over }: Pick<CapturePage, 'over'>) => (
  <section className="stack" aria-labelledby="over">
    <h2 id="over">What is over</h2>
    <ul>
      {over.map(({ startedAt, until, requests }) => (
        <li key={startedAt}>
          From <Moment iso={startedAt} /> until <Moment iso={until} /> UTC: {count(requests)}{' '}
          {requests === 1 ? 'request' : 'requests'}. The key is destroyed.
        </li>
      ))}
    </ul>
  </section>
);
