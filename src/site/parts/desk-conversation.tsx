/** Forms and pieces of a conversation at the desk. */
import type { MessageDesk } from '../../control/messages/index.ts';
import { Field, Once } from './form.tsx';
import { KindField, MessageField } from './message-fields.tsx';
import { STATE_WORDS } from './message-words.ts';
import { PlaceField } from './place-field.tsx';
import { RightField } from './request-fields.tsx';
import { Written } from './written.tsx';

type Known = Awaited<ReturnType<MessageDesk['conversation']>>;
type Opened = Awaited<ReturnType<MessageDesk['open']>>;
type Entered = Readonly<Record<string, string>>;

export const OpenedConversation = ({ opened, reason }: { opened: Opened; reason: string }) => (
  <section className="stack">
    <h2 className="breaks">{opened.subject}</h2>
    <dl className="facts">
      <dt>From</dt>
      <dd className="breaks">
        {opened.address ?? 'can no longer be read'}
        {opened.name !== null && opened.name !== opened.address && `, who calls themselves ${opened.name}`}
      </dd>
      <dt>Who that is</dt>
      <dd>
        {opened.hasAccount ? 'an account has this address' : 'no account'}. A mail, or a form without a
        sign-in, proves nothing: tell them nothing of what we hold.
      </dd>
    </dl>
    <Written
      messages={opened.written}
      them="They"
      us="We"
      download={(file) => (
        <form method="post" action={`/desk/messages/${opened.id}/files/${file.id}`}>
          <input type="hidden" name="reason" value={reason} />
          <button className="plain-button breaks" type="submit">
            {file.name}
          </button>
        </form>
      )}
    />
  </section>
);

export const LookForm = ({ entered }: { entered: string | undefined }) => (
  <section className="form-page stack">
    <h2>Read it</h2>
    <form method="post">
      <Field
        name="reason"
        label="Why you look"
        defaultValue={entered}
        maxLength={500}
        list="reasons"
        autoComplete="off"
        required
        help="It goes into the record, and whoever wrote sees it."
      />
      <datalist id="reasons">
        <option value="To answer it" />
        <option value="To look into the problem that it reports" />
        <option value="To find out who should answer it" />
      </datalist>
      <button className="button" type="submit" name="do" value="open">
        Open it
      </button>
    </form>
  </section>
);

interface AnswerFormProps extends Pick<Known, 'templates'> {
  readonly entered: Entered;
  readonly once: string;
}

export const AnswerForm = ({ templates, entered, once }: AnswerFormProps) => (
  <section className="form-page wide-fields stack">
    <h2>Answer it</h2>
    <form method="post">
      <Once of={once} />
      {templates.length > 0 && (
        <div className="field">
          <label htmlFor="template">An answer that is there</label>
          <select
            id="template"
            name="template"
            defaultValue={entered.template ?? ''}
            aria-describedby="template-help"
          >
            <option value="">None</option>
            {templates.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          <p className="help" id="template-help">
            What you write below comes after it.
          </p>
        </div>
      )}
      <MessageField
        label="Your answer"
        entered={entered.words}
        required={templates.length === 0}
        help="It goes by mail to the address that they wrote from, and stands on their console. A mail can be read on its way: write nothing of what we hold about them."
      />
      <div className="field">
        <label htmlFor="after">Then it</label>
        <select id="after" name="after" defaultValue={entered.after || 'waiting'}>
          <option value="waiting">waits for them</option>
          <option value="solved">is solved</option>
        </select>
      </div>
      <button className="button" type="submit" name="do" value="answer">
        Send the answer
      </button>
    </form>
    {templates.map(({ id, name, words }) => (
      <details key={id}>
        <summary>What “{name}” says</summary>
        <p className="words-of breaks">{words}</p>
      </details>
    ))}
  </section>
);

export const SortForm = ({ of }: { of: Known }) => (
  <section className="stack">
    <h2>Sort it</h2>
    <form className="form" method="post">
      <KindField label="Kind" entered={of.kind} />
      <div className="field">
        <label htmlFor="state">How it stands</label>
        <select id="state" name="state" defaultValue={of.state}>
          {Object.entries(STATE_WORDS).map(([state, words]) => (
            <option key={state} value={state}>
              {words}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="assignee">Who answers it</label>
        <select id="assignee" name="assignee" defaultValue={of.assigneeId ?? ''}>
          <option value="">Nobody yet</option>
          {of.colleagues.map(({ id, name, role }) => (
            <option key={id} value={id}>
              {name} ({role})
            </option>
          ))}
        </select>
      </div>
      <button className="button second" type="submit" name="do" value="sort">
        Save it
      </button>
    </form>
  </section>
);

export const Hand = ({ places, entered }: Pick<Known, 'places'> & { entered: Entered }) => (
  <details className="form-page" open={entered.do === 'hand_on'}>
    <summary>It asks for something about their data</summary>
    <form method="post" className="stack">
      <p>
        Then it is a request as well, whose time runs from the moment that the last message came. Who asks is
        shown by a link to the address.
      </p>
      <RightField label="What it asks for" entered={entered.right} />
      <PlaceField places={places} entered={entered.place} label="Where they live, as they say" />
      <button className="button second" type="submit" name="do" value="hand_on">
        Make a request of it
      </button>
    </form>
  </details>
);
