/** A survey and its questions, as they are written at the desk. */
import { Field, Once } from './form.tsx';
import { MessageField } from './message-fields.tsx';
import { QUESTION_WORDS } from './survey-words.ts';

export const SURVEY_FIELDS = ['title', 'words', 'endsOn'] as const;
export const QUESTION_FIELDS = ['kind', 'text', 'options'] as const;

type Entered = Readonly<Record<string, string | undefined>>;

interface SurveyFormProps {
  readonly entered: Entered;
  readonly button: string;
  /** Of a new one. */
  readonly once?: string;
}

export const SurveyForm = ({ entered, button, once }: SurveyFormProps) => (
  <form method="post">
    {once !== undefined && <Once of={once} />}
    <Field
      name="title"
      label="Title"
      maxLength={120}
      defaultValue={entered.title}
      autoComplete="off"
      required
    />
    <MessageField
      label="What it is for"
      rows={4}
      entered={entered.words}
      required
      help="Everybody who is signed in reads it: name nobody."
    />
    <Field
      name="endsOn"
      label="Last day (UTC)"
      type="date"
      defaultValue={entered.endsOn}
      required
      help="It is counted after that day, or when you close it."
    />
    <button className="button" type="submit" name="do" value="write">
      {button}
    </button>
  </form>
);

export const QuestionForm = ({ entered }: { readonly entered: Entered }) => (
  <form method="post">
    <Field
      name="text"
      label="Question"
      maxLength={300}
      defaultValue={entered.text}
      autoComplete="off"
      required
    />
    <div className="field">
      <label htmlFor="kind">Answered by</label>
      <select id="kind" name="kind" defaultValue={entered.kind || 'one'} required>
        {Object.entries(QUESTION_WORDS).map(([kind, words]) => (
          <option key={kind} value={kind}>
            {words}
          </option>
        ))}
      </select>
    </div>
    <div className="field">
      <label htmlFor="options">Answers</label>
      <textarea
        id="options"
        name="options"
        rows={4}
        maxLength={2_000}
        defaultValue={entered.options}
        aria-describedby="options-help"
      />
      <p className="help" id="options-help">
        Each on a line of its own, two to twelve of them. A number and their own words need none.
      </p>
    </div>
    <button className="button second" type="submit" name="do" value="add">
      Add the question
    </button>
  </form>
);
