/** One survey at the desk: its questions, while it is a draft; how many chose what, in groups, once it is over. */
import { Problem } from '../../parts/form.tsx';
import { count } from '../../parts/format.ts';
import { Day } from '../../parts/moment.tsx';
import { QUESTION_FIELDS, QuestionForm, SURVEY_FIELDS, SurveyForm } from '../../parts/survey-form.tsx';
import { QUESTION_WORDS } from '../../parts/survey-words.ts';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered, carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/survey.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  return answered(context, async ({ parts, caller }) => ({
    ...(await parts.surveyDesk.survey(caller, params.survey)),
    mayInvite: (await parts.desk.staff(caller)).may.campaigns,
  }));
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [...SURVEY_FIELDS, ...QUESTION_FIELDS], async ({ do: what, at, ...form }, site) => {
    const { surveyDesk } = site.parts;
    const { survey } = args.params;
    if (what === 'drop') {
      await surveyDesk.drop(site.caller, survey);
      return goOn(site, '/desk/surveys');
    }
    if (what === 'open') await surveyDesk.open(site.caller, survey);
    else if (what === 'close') await surveyDesk.close(site.caller, survey);
    else if (what === 'add') await surveyDesk.addQuestion(site.caller, survey, form);
    else if (what === 'remove') await surveyDesk.dropQuestion(site.caller, survey, at ?? '');
    else await surveyDesk.change(site.caller, survey, form);
    return goOn(site, `/desk/surveys/${survey}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Survey – Desk – Kept' }];

type Loaded = Route.ComponentProps['loaderData'];

export default function DeskSurvey({ loaderData, actionData }: Route.ComponentProps) {
  const refused = actionData !== undefined && 'problem' in actionData ? actionData : undefined;
  const { id, title, words, state, endsAt } = loaderData;
  return (
    <div className="stack">
      <h1 className="breaks">{title}</h1>
      <p className="lead">
        {state === 'draft' && 'Nobody sees it yet.'}
        {state === 'open' && (
          <>
            Whoever is signed in can answer it at <a href={`/console/surveys/${id}`}>its page</a>, until{' '}
            <Day date={endsAt.slice(0, 10)} />.
          </>
        )}
        {state === 'closed' && (
          <>
            It is over since <Day date={endsAt.slice(0, 10)} />.
          </>
        )}
      </p>
      <p className="words-of breaks">{words}</p>
      <Problem refused={refused} />
      {state === 'draft' ? <Draft of={loaderData} entered={refused?.entered ?? {}} /> : null}
      {state === 'open' && <Open of={loaderData} />}
      {state === 'closed' && <Counted of={loaderData} />}
      <p>
        <a href="/desk/surveys">All surveys</a>
      </p>
    </div>
  );
}

interface DraftProps {
  readonly of: Loaded;
  readonly entered: Readonly<Record<string, string>>;
}

const Draft = ({ of, entered }: DraftProps) => {
  const stands = { title: of.title, words: of.words, endsOn: of.endsAt.slice(0, 10) };
  const isChanging = (entered.title ?? '') !== '';
  return (
    <>
      <section className="stack">
        <h2>Questions</h2>
        {of.questions.length === 0 && <p>None so far.</p>}
        <ol className="stack">
          {of.questions.map(({ text, kind, options }, at) => (
            <li key={text}>
              <form method="post">
                <p className="breaks">
                  <strong>{text}</strong>
                  <br />
                  <span className="quiet">
                    {QUESTION_WORDS[kind]}
                    {kind !== 'scale' && options.length > 0 && `: ${options.join(' · ')}`}
                  </span>
                </p>
                <input type="hidden" name="at" value={at} />
                <button
                  className="button second small"
                  type="submit"
                  name="do"
                  value="remove"
                  aria-label={`Remove: ${text}`}
                >
                  Remove
                </button>
              </form>
            </li>
          ))}
        </ol>
      </section>
      <section className="form-page stack">
        <h2>Add a question</h2>
        <QuestionForm entered={entered} />
      </section>
      <details className="form-page" open={isChanging}>
        <summary>Change title, words or last day</summary>
        <SurveyForm entered={isChanging ? entered : stands} button="Save it" />
      </details>
      <form method="post" className="actions">
        <button className="button" type="submit" name="do" value="open">
          Open it
        </button>
        <button className="button second" type="submit" name="do" value="drop">
          Throw it away
        </button>
      </form>
      <p className="help">Once it is open, nothing of it can be changed.</p>
    </>
  );
};

const Open = ({ of }: { readonly of: Loaded }) => (
  <>
    {of.mayInvite && (
      <p>
        <a href={`/desk/campaigns/new?survey=${of.id}`}>Invite people by a campaign</a>: it goes to those who
        want promotional mail, and to nobody else.
      </p>
    )}
    <p>
      Nothing is counted before it is over: two counts would tell what changed between them. Then options that{' '}
      {count(of.groupMin)} people or more chose have a number, in whole groups.
    </p>
    <ol>
      {of.questions.map(({ text, kind }) => (
        <li key={text} className="breaks">
          {text} <span className="quiet">{QUESTION_WORDS[kind]}</span>
        </li>
      ))}
    </ol>
    <form method="post">
      <button className="button second" type="submit" name="do" value="close">
        Close it now, for good
      </button>
    </form>
  </>
);

const Counted = ({ of: { questions, results, groupMin } }: { readonly of: Loaded }) => (
  <>
    <p className="quiet">
      Rounded down to whole groups of {count(groupMin)}. What fewer people chose has no number, and there is
      no sum that would tell it. What was said in their own words is in <a href="/desk/messages">the inbox</a>
      .
    </p>
    {questions.map(({ text, kind, options }, at) => (
      <section className="stack" key={text}>
        <h2 className="breaks">{text}</h2>
        {kind === 'text' ? (
          <p>In their own words.</p>
        ) : (
          <WideTable label={text}>
            <thead>
              <tr>
                <th scope="col">Answer</th>
                <th scope="col">People</th>
              </tr>
            </thead>
            <tbody>
              {options.map((option, n) => {
                const people = results?.[at]?.[n] ?? null;
                return (
                  <tr key={option}>
                    <th scope="row">{option}</th>
                    <td>{people === null ? `fewer than ${groupMin}` : `at least ${count(people)}`}</td>
                  </tr>
                );
              })}
            </tbody>
          </WideTable>
        )}
      </section>
    ))}
  </>
);
