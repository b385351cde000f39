/** A campaign's words, as they are written and changed. */
import { Field, Once } from './form.tsx';

interface Entered {
  readonly subject?: string | undefined;
  readonly words?: string | undefined;
}

interface CampaignFormProps {
  readonly entered: Entered;
  readonly button: string;
  /** Of a new one. */
  readonly once?: string;
}

export const CampaignForm = ({ entered, button, once }: CampaignFormProps) => (
  <form method="post" className="stack">
    {once !== undefined && <Once of={once} />}
    <Field
      name="subject"
      label="Subject"
      maxLength={120}
      defaultValue={entered.subject}
      required
      help="What the news is. One that reads like mail about somebody’s account is refused."
    />
    <div className="field">
      <label htmlFor="words">Text</label>
      <textarea
        id="words"
        name="words"
        rows={14}
        maxLength={20_000}
        defaultValue={entered.words}
        aria-describedby="words-help"
        required
      />
      <p className="help" id="words-help">
        Paragraphs, with an empty line between them. A line that begins with ## is a heading; lines that begin
        with - are a list; web addresses become links. Name nobody. Your address and the way to unsubscribe
        are added below.
      </p>
    </div>
    <button className="button" type="submit" name="do" value="write">
      {button}
    </button>
  </form>
);
