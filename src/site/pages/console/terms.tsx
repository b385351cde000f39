/** Where the requests of an account may go, and what its owners let engines do with them (INFER-2, INFER-3, AUTO-3). */
import type { DataTerms, Unreached } from '../../../control/consent/index.ts';
import { siteContext } from '../../context.ts';
import { EngineTerms, regionWords } from '../../parts/engine-terms.tsx';
import { Problem } from '../../parts/form.tsx';
import { dayOf } from '../../parts/format.ts';
import { Moment } from '../../parts/moment.tsx';
import { Answer } from '../../parts/notice.tsx';
import { PolicyText } from '../../parts/policy-text.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { CONFIRM_PAGE } from '../../places.ts';
import { ask, carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/terms.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { fresh } = await signedIn(request, context);
  const terms = await ask(context, (console, caller) => console.terms.read(caller, params.account));
  const isSaved = new URL(request.url).searchParams.has('saved');
  return { ...terms, fresh, isSaved, place: `/console/${params.account}/terms` };
}

export const action = (args: Route.ActionArgs) => {
  const { account } = args.params;
  const { parts } = args.context.get(siteContext);
  return carryOut(args, [], async ({ what, ...form }, site) => {
    if (what === 'training') await parts.console.terms.answerTraining(site.caller, account, form);
    else if (what === 'objections') await parts.console.terms.object(site.caller, account, form);
    else await parts.console.terms.set(site.caller, account, form);
    return goOn(site, `/console/${account}/terms?saved`);
  });
};

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Data terms – Kept' }];

export default function Terms({ loaderData, actionData }: Route.ComponentProps) {
  const { maySet, fresh, isSaved, place } = loaderData;
  return (
    <div className="stack">
      <h1>Data terms</h1>
      <p className="lead">
        Which engines the requests of this account may go to. A request can ask for less, never for more.
      </p>
      <Problem refused={actionData} />
      {isSaved && (
        <p className="note" role="status">
          That is how it is from now on, for every request that begins.
        </p>
      )}
      <Engines {...loaderData} />
      <h2>What you accept</h2>
      {maySet && !fresh && (
        <p>
          <a className="button second" href={`${CONFIRM_PAGE}?next=${place}`}>
            Confirm that it is you to change it
          </a>
        </p>
      )}
      {maySet && fresh ? <Settings {...loaderData} /> : <Stands {...loaderData} />}
      <Objections {...loaderData} maySet={maySet && fresh} />
      <Training {...loaderData} canAnswer={maySet && fresh} />
      {!maySet && <p className="quiet">An owner of the account can change this.</p>}
    </div>
  );
}

const WHY: Readonly<Record<Unreached, string>> = {
  keeps: 'no: it keeps content',
  trains: 'no: it trains on content',
  region: 'no: it is in another region',
  ended: 'no: what it declared has ended',
  objection: 'no: an owner objected',
  announced: 'no: it is announced',
};

const Engines = ({ engines }: Pick<DataTerms, 'engines'>) => (
  <>
    {engines.every(({ unreached }) => unreached !== null) && (
      <p className="note bad">
        No engine meets these terms, so every request is refused. Accept more, or another region.
      </p>
    )}
    <WideTable label="Engines, and whether requests of this account may go there">
      <thead>
        <tr>
          <th scope="col">Engine</th>
          <th scope="col">Region</th>
          <th scope="col">What it does with content</th>
          <th scope="col">Your requests</th>
        </tr>
      </thead>
      <tbody>
        {engines.map(({ engine, unreached, from }) => (
          <tr key={engine.number}>
            <th scope="row">{engine.name}</th>
            <td>{regionWords(engine)}</td>
            <td>
              <EngineTerms engine={engine} />
            </td>
            <td>
              {unreached === null ? 'may go there' : WHY[unreached]}
              {unreached === 'announced' && from !== null && (
                <>
                  {' '}
                  from <Moment iso={from} /> (UTC) on
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  </>
);

type Accepted = Pick<DataTerms, 'zeroRetention' | 'allowSharedCache' | 'region' | 'regions'>;

const Settings = ({ zeroRetention, allowSharedCache, region, regions }: Accepted) => (
  <div className="form-page">
    <form method="post">
      <label className="box-line">
        <input type="checkbox" name="zero_retention" value="yes" defaultChecked={zeroRetention} />
        <span>Only engines that keep nothing</span>
      </label>
      <label className="box-line">
        <input type="checkbox" name="allow_shared_cache" value="yes" defaultChecked={allowSharedCache} />
        <span>
          Also engines that share a prefix cache between accounts. Faster, but somebody could learn by the
          time of an answer that others sent the same beginning.
        </span>
      </label>
      <div className="field">
        <label htmlFor="region">Region</label>
        <select id="region" name="region" defaultValue={region ?? ''}>
          <option value="">Any</option>
          {regions.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <button className="button" type="submit" name="what" value="terms">
        Save
      </button>
    </form>
  </div>
);

const Stands = ({ zeroRetention, allowSharedCache, region }: Accepted) => (
  <ul>
    <li>
      {zeroRetention ? 'Only engines that keep nothing.' : 'Also engines that keep content for a while.'}
    </li>
    <li>
      {allowSharedCache
        ? 'Also engines that share a prefix cache between accounts.'
        : 'No engine that shares a prefix cache between accounts.'}
    </li>
    <li>{region === null ? 'In any region.' : `Only in the region ${region}.`}</li>
  </ul>
);

type Objecting = Pick<DataTerms, 'engines' | 'objections'>;

/** Nothing of the account goes to what is ticked, from its next request on. */
function Objections({ engines, objections, maySet }: Objecting & { maySet: boolean }) {
  const offered = [
    ...engines.map(({ engine }) => `engine ${engine.name}`),
    ...new Set(engines.map(({ engine }) => `region ${engine.region}`)),
  ];
  return (
    <section className="stack" aria-labelledby="objections">
      <h2 id="objections">Where nothing of yours goes</h2>
      <p>
        A new engine, or a region where nothing was computed before, is announced before it gets anything. You
        can object then, or at any time: it gets none of your requests, and a request that nobody else can
        answer is refused.
      </p>
      {!maySet && (
        <p>
          {objections.length === 0 ? 'Nobody objected to any.' : `You object to: ${objections.join(', ')}.`}
        </p>
      )}
      {maySet && (
        <form method="post" className="form-page">
          {offered.map((each) => (
            <label className="box-line" key={each}>
              <input type="checkbox" name={each} value="yes" defaultChecked={objections.includes(each)} />
              <span>Nothing to the {each}</span>
            </label>
          ))}
          <button className="button second" type="submit" name="what" value="objections">
            Save the objections
          </button>
        </form>
      )}
      <p className="quiet">
        <a href="/privacy/processors">Others that process for us</a>, such as who carries mail, are needed for
        the service as a whole: who objects to one of them can take their data and delete the account.
      </p>
    </section>
  );
}

function Training({ training, canAnswer }: Pick<DataTerms, 'training'> & { canAnswer: boolean }) {
  const { title, text, version, allowed, at } = training;
  return (
    <section className="choice stack" aria-labelledby="training">
      <h2 id="training">{title}</h2>
      <p>
        <span className={allowed ? 'tag warn' : 'tag good'}>{allowed ? 'Yes' : 'No'}</span>{' '}
        <span className="quiet">
          {at === null
            ? 'nobody answered, so none of your requests goes there'
            : `answered on ${dayOf(at.slice(0, 10))}`}
        </span>
      </p>
      <PolicyText blocks={text} parts={{}} />
      {canAnswer && (
        <form method="post">
          <input type="hidden" name="what" value="training" />
          <input type="hidden" name="version" value={version} />
          <div className="answers">
            <Answer name="answer" value="refused" words="No" />
            <Answer name="answer" value="given" words="Yes" />
          </div>
        </form>
      )}
    </section>
  );
}
