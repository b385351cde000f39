/** Comments on a page, and the form that writes one. */
import type { CommentsOn } from '../../control/comments/index.ts';
import { carryOut, goOn, leadingTo, type Refused } from '../session.ts';
import { COMMENT_STANDING } from './comment-words.ts';
import { Field, Problem } from './form.tsx';
import { Day } from './moment.tsx';

const FIELDS = ['name', 'words'] as const;

/** Writes a comment on `page`, then shows `back`. */
export const writeComment = (args: Parameters<typeof carryOut>[0], page: string, back: string) =>
  carryOut(args, FIELDS, async ({ name, words }, site) => {
    await site.parts.comments.write(site.caller, page, { name, words });
    return goOn(site, `${back}?sent`);
  });

export const isCommentSent = (request: Request): boolean => new URL(request.url).searchParams.has('sent');

interface CommentsProps {
  readonly on: CommentsOn;
  /** Where this stands. */
  readonly here: string;
  readonly isSent: boolean;
  readonly refused: Refused | undefined;
}

export const Comments = ({ on: { shown, own }, here, isSent, refused }: CommentsProps) => (
  <section className="stack" id="comments">
    <h2>Comments</h2>
    {shown.length === 0 && <p className="quiet">None so far.</p>}
    {shown.length > 0 && (
      <ol className="written">
        {shown.map(({ id, name, words, at }) => (
          <li key={id} className="card">
            <p className="quiet">
              <strong className="breaks">{name ?? 'Somebody'}</strong>, <Day date={at.slice(0, 10)} />
            </p>
            <p className="words-of breaks">{words}</p>
          </li>
        ))}
      </ol>
    )}
    {own !== null && own.length > 0 && <Own own={own} />}
    {isSent && (
      <p className="note good" role="status">
        Your comment is here. Somebody reads it before it is shown, and you hear of it by mail.
      </p>
    )}
    {own === null ? (
      <p>
        <a href={leadingTo('/sign-in', here)}>Sign in to comment</a>
      </p>
    ) : (
      <section className="form-page stack">
        <h3>Write a comment</h3>
        <Problem refused={refused} />
        <CommentForm entered={refused?.entered ?? {}} button="Send it" />
      </section>
    )}
  </section>
);

const Own = ({ own }: { readonly own: NonNullable<CommentsOn['own']> }) => (
  <section className="stack">
    <h3>Yours</h3>
    <ul>
      {own.map(({ id, words, state }) => (
        <li key={id} className="breaks">
          <a href={`/console/comments/${id}`}>{beginningOf(words)}</a> ({COMMENT_STANDING[state]})
        </li>
      ))}
    </ul>
  </section>
);

const BEGINNING_CHARACTERS = 60;
/** The first words, on one line. */
export const beginningOf = (words: string): string => {
  const line = words.replaceAll(/\s+/g, ' ');
  return line.length <= BEGINNING_CHARACTERS ? line : `${line.slice(0, BEGINNING_CHARACTERS)}…`;
};

interface FormProps {
  readonly entered: Readonly<Record<string, string | undefined>>;
  readonly button: string;
}

export const CommentForm = ({ entered, button }: FormProps) => (
  <form method="post">
    <div className="field">
      <label htmlFor="words">Your comment</label>
      <textarea
        id="words"
        name="words"
        rows={5}
        maxLength={2_000}
        defaultValue={entered.words}
        aria-describedby="words-help"
        required
      />
      <p className="help" id="words-help">
        Plain text that everybody can read. Name nobody, and no keys or prompts.
      </p>
    </div>
    <Field
      name="name"
      label="Shown under, if you like"
      maxLength={60}
      defaultValue={entered.name}
      autoComplete="off"
      help="Any name. Left empty, it is shown as of somebody. Your own name and address are shown to nobody."
    />
    <button className="button" type="submit" name="do" value="write">
      {button}
    </button>
  </form>
);
