/** A survey, for whoever is signed in: answered, changed, taken back. Nobody has to, and every question may be left out. */
import type { ShownSurvey } from '../../../control/surveys/index.ts';
import { Problem } from '../../parts/form.tsx';
import { Day } from '../../parts/moment.tsx';
import { answered, carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/survey.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const survey = await answered(context, ({ parts, caller }) => parts.surveys.survey(caller, params.survey));
  return { ...survey, isSaved: new URL(request.url).searchParams.has('saved') };
}

const QUESTIONS_MAX = 20;
const OPTIONS_MAX = 12;
/** As the form's fields are called. */
const FIELDS = Array.from({ length: QUESTIONS_MAX }, (_, at) => [
  `q${at}`,
  ...Array.from({ length: OPTIONS_MAX }, (_option, n) => `q${at}_${n}`),
]).flat();

export const action = (args: Route.ActionArgs) =>
  carryOut(args, FIELDS, async ({ do: what, ...form }, site) => {
    const { survey } = args.params;
    if (what === 'withdraw') {
      await site.parts.surveys.withdraw(site.caller, survey);
      return goOn(site, '/console/messages');
    }
    await site.parts.surveys.answer(site.caller, survey, form);
    return goOn(site, `/console/surveys/${survey}?saved`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Survey – Kept' }];

export default function Survey({ loaderData, actionData }: Route.ComponentProps) {
  const { title, words, isOpen, own, endsAt, questions, isSaved } = loaderData;
  return (
    <div className="form-page stack">
      <h1 className="breaks">{title}</h1>
      <p className="words-of breaks">{words}</p>
      {isSaved && (
        <p className="note good" role="status">
          Your answers are saved.
        </p>
      )}
      <Problem refused={actionData} />
      {isOpen ? (
        <>
          <p>
            You need not answer, and may leave out what you like. Until <Day date={endsAt.slice(0, 10)} /> you
            can change it.
          </p>
          <form method="post">
            {questions.map((question, at) => (
              <Asked
                key={question.text}
                question={question}
                at={at}
                entered={actionData?.entered}
                chosen={own?.answers.find((each) => each.question === question.text)?.answer ?? []}
              />
            ))}
            <button className="button" type="submit" name="do" value="answer">
              {own === null ? 'Send my answers' : 'Save my answers'}
            </button>
          </form>
        </>
      ) : (
        <Given own={own} />
      )}
      {own !== null && <Theirs own={own} isOpen={isOpen} />}
      <p className="help">
        Your answers are sealed, and only you see them. Whoever works here gets numbers of larger groups when
        the survey is over. What you write in your own words is read by a person, like any message.
      </p>
    </div>
  );
}

interface AskedProps {
  readonly question: ShownSurvey['questions'][number];
  readonly at: number;
  readonly entered: Readonly<Record<string, string>> | undefined;
  readonly chosen: readonly string[];
}

const Asked = ({ question: { kind, text, options }, at, entered, chosen }: AskedProps) => {
  const name = `q${at}`;
  if (kind === 'text')
    return (
      <div className="field">
        <label htmlFor={name}>{text}</label>
        <textarea id={name} name={name} rows={4} maxLength={2_000} defaultValue={entered?.[name]} />
      </div>
    );
  if (kind === 'some')
    return (
      <fieldset>
        <legend>{text}</legend>
        {options.map((option, n) => (
          <label className="box-line" key={option}>
            <input
              type="checkbox"
              name={`${name}_${n}`}
              value="yes"
              defaultChecked={
                entered === undefined ? chosen.includes(option) : entered[`${name}_${n}`] !== ''
              }
            />
            <span className="breaks">{option}</span>
          </label>
        ))}
      </fieldset>
    );
  const stands = entered === undefined ? (chosen[0] ?? '') : (entered[name] ?? '');
  return (
    <fieldset className={kind === 'scale' ? 'scale' : undefined}>
      <legend>{text}</legend>
      {[...options, ''].map((option) => (
        <label className="box-line" key={option}>
          <input type="radio" name={name} value={option} defaultChecked={stands === option} />
          <span className="breaks">{option === '' ? 'No answer' : option}</span>
        </label>
      ))}
    </fieldset>
  );
};

type Own = ShownSurvey['own'];

const Given = ({ own }: { readonly own: Own }) => (
  <>
    <p className="note">This survey is over.</p>
    {(own?.answers.length ?? 0) > 0 && (
      <>
        <h2>What you answered</h2>
        <dl className="facts">
          {own?.answers.map(({ question, answer }) => (
            <div key={question}>
              <dt className="breaks">{question}</dt>
              <dd className="breaks">{answer.join(', ')}</dd>
            </div>
          ))}
        </dl>
      </>
    )}
  </>
);

const Theirs = ({ own, isOpen }: { readonly own: NonNullable<Own>; readonly isOpen: boolean }) => (
  <section className="stack">
    <h2>Your answers</h2>
    {own.conversation !== null && (
      <p>
        What you said in your own words is in{' '}
        <a href={`/console/messages/${own.conversation}`}>this conversation</a>. What you write here joins it.
      </p>
    )}
    <p>
      They are gone on <Day date={own.until.slice(0, 10)} />. You can take them back now, with what you said
      in your own words.
      {!isOpen && ' Numbers of groups that were counted before stay as they are.'}
    </p>
    <form method="post">
      <button className="button second" type="submit" name="do" value="withdraw">
        Take my answers back
      </button>
    </form>
  </section>
);
