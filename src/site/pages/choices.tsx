/** What may be done with a visit and with an account, purpose by purpose, and what is stored in the browser (CHOICE-1, COLLECT-7, USE-5). */
import type { FormAnswer, ShownChoice } from '../../control/consent/for-pages.ts';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { CookieTable } from '../parts/cookie-table.tsx';
import { Problem } from '../parts/form.tsx';
import { dayOf } from '../parts/format.ts';
import { Answer } from '../parts/notice.tsx';
import { PolicyText } from '../parts/policy-text.tsx';
import { carryOut, goOn, inside } from '../session.ts';
import type { Route } from './+types/choices.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const { parts, choices, asking } = context.get(siteContext);
  const { gpc } = await choices();
  const shown = await parts.choices.shown(await asking());
  const secure = parts.siteUrl.startsWith('https:');
  return {
    gpc,
    isSaved: new URL(request.url).searchParams.has('saved'),
    choices: shown,
    isSignedIn: shown.every(({ needsAccount }) => !needsAccount),
    cookies: parts.cookies.map(({ secure_name, ...rest }) => ({
      ...rest,
      name: secure ? secure_name : rest.name,
    })),
  };
}

const VERSION = '_version';

/** A form answers one purpose, or (`all`) those whose versions it names. */
function answersOf(form: Record<string, string>): FormAnswer[] {
  const asked = Object.keys(form)
    .filter((name) => name.endsWith(VERSION))
    .map((name) => name.slice(0, -VERSION.length));
  return asked.map((purpose) => ({
    purpose,
    answer: form[purpose] ?? form.all ?? '',
    version: form[purpose + VERSION] ?? '',
  }));
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async (form, site) => {
    const { choices } = site.parts;
    const asking = await site.asking();
    const { carry, next = '' } = form;
    const setCookies =
      carry === 'account' || carry === 'browser'
        ? await choices.carryOver(asking, carry)
        : await choices.answer(asking, answersOf(form));
    return goOn(site, inside(next, '/privacy/choices?saved'), setCookies);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () =>
  about(
    'Your choices',
    'What may be done with your visit, each purpose by itself, and every cookie there is.',
  );

export default function ChoicesPage({ loaderData, actionData }: Route.ComponentProps) {
  const { choices, gpc, isSaved, isSignedIn, cookies } = loaderData;
  return (
    <div className="prose">
      <h1>Your choices</h1>
      <Problem refused={actionData} />
      {isSaved && (
        <p className="note" role="status">
          That is how it is from now on.
        </p>
      )}
      {gpc && <Honoured isSignedIn={isSignedIn} />}
      <p className="lead">
        {isSignedIn
          ? 'What you choose holds for your account, wherever you sign in. You can change each at any time.'
          : 'What you choose holds for this browser, for half a year. You need no account, and can change each at any time.'}
      </p>
      {choices
        .filter(({ needsAccount }) => !needsAccount)
        .map((choice) => (
          <Choice key={choice.purpose} choice={choice} />
        ))}
      {!isSignedIn && (
        <p className="quiet">
          Two more choices belong to an account: whether what is measured is tied to it, and promotional mail.
          Both are off until you say otherwise. <a href="/sign-in?next=/privacy/choices">Sign in</a> to see
          them. News by mail is also there <a href="/newsletter">without an account</a>.
        </p>
      )}
      <h2 id="cookies">Cookies and beacons</h2>
      <p>
        All there are. What is not needed is not set before you say yes, and goes when you take it back. You
        can also refuse cookies in your browser: then you cannot sign in, and your choice is asked again with
        each visit. Everything else works.
      </p>
      <CookieTable cookies={cookies} />
    </div>
  );
}

const Honoured = ({ isSignedIn }: { isSignedIn: boolean }) => (
  <p className="note" role="status">
    <strong>Global Privacy Control is honoured.</strong> Your browser sends it with each request. It counts as
    a refusal of everything here that rests on your visit, and as an opt-out of sale and of sharing, which we
    do not do anyway.{isSignedIn && ' Your account remembers it.'}
  </p>
);

function Choice({ choice }: { choice: ShownChoice }) {
  const { purpose, title, text, version, allowed, by, answerId } = choice;
  return (
    <section className="choice" aria-labelledby={purpose}>
      <h2 id={purpose}>{title}</h2>
      <p>
        <span className={allowed ? 'tag good' : 'tag'}>{allowed ? 'Yes' : 'No'}</span>{' '}
        <span className="quiet">{saidBy(choice)}</span>
      </p>
      <PolicyText blocks={text} parts={{}} />
      {by !== 'gpc' && (
        <form method="post">
          <input type="hidden" name={purpose + VERSION} value={version} />
          <div className="answers">
            <Answer name={purpose} value="refused" words="No" />
            <Answer name={purpose} value="given" words="Yes" />
          </div>
        </form>
      )}
      {answerId !== null && (
        <p className="when">
          <a href={`/privacy/choices/receipts/${answerId}`} download>
            Receipt of your latest answer
          </a>{' '}
          with the words that you were shown.
        </p>
      )}
    </section>
  );
}

const WAYS: Readonly<Record<string, string>> = {
  console: 'in the console',
  command: 'by the operator, for you',
  web: 'on this page',
  mail: 'by mail',
  newsletter: 'by the link of a mail to this address',
  complaint: 'by a complaint about a mail of ours',
  gpc: 'by Global Privacy Control',
  ledger: 'before a restore',
};

function saidBy({ by, state, at, way }: ShownChoice): string {
  const when = at === null ? '' : `, on ${dayOf(at.slice(0, 10))}, ${WAYS[way ?? ''] ?? ''}`;
  if (by === 'gpc') return 'refused by Global Privacy Control';
  if (by === 'account') return `${state === 'given' ? 'you agreed' : `you ${STATES[state]}`}${when}`;
  if (by === 'browser') return 'you answered in this browser';
  if (state === 'outdated') return 'the text has changed since your answer';
  return 'nobody answered yet, so it is not done';
}

const STATES: Readonly<Record<string, string>> = { refused: 'refused', withdrawn: 'took it back' };
