/** What else is done with a request at the desk: who asks was seen, the answer is put off, an appeal came by post. */
import type { DeskRequest } from './decide-request.tsx';
import { Field } from './form.tsx';
import { Day } from './moment.tsx';
import { WordsField } from './request-fields.tsx';

export const Prove = ({ entered }: { entered: string | undefined }) => (
  <section className="form-page stack">
    <h2>You have seen who asks</h2>
    <p>
      Only as much as the request needs, and never more than we held before. What was collected for it is
      destroyed with the request.
    </p>
    <form method="post">
      <Field
        name="account"
        label="E-mail address or id of their account"
        defaultValue={entered}
        autoComplete="off"
        required
      />
      <button className="button second" type="submit" name="do" value="prove">
        It is theirs
      </button>
    </form>
  </section>
);

export const Extend = ({
  request: { extensions, respondBy, extendableTo },
}: {
  request: Pick<DeskRequest, 'extensions' | 'respondBy' | 'extendableTo'>;
}) => (
  <section className="form-page stack">
    <h2>Put the answer off</h2>
    <p>
      Once, by <Day date={respondBy.slice(0, 10)} />, and with a reason that they are told. It is then due by{' '}
      <Day date={(extendableTo ?? respondBy).slice(0, 10)} />.
    </p>
    <form method="post">
      <div className="field">
        <label htmlFor="extension">We need more time, because</label>
        <select id="extension" name="extension">
          {Object.entries(extensions).map(([code, words]) => (
            <option key={code} value={code}>
              {words}
            </option>
          ))}
        </select>
      </div>
      <button className="button second" type="submit" name="do" value="extend">
        Put it off
      </button>
    </form>
  </section>
);

export const LateAppeal = () => (
  <section className="form-page stack">
    <h2>An appeal came by post</h2>
    <form method="post">
      <WordsField id="appeal-words" label="What they do not agree with" rows={4} required />
      <button className="button second" type="submit" name="do" value="appeal">
        Enter the appeal
      </button>
    </form>
  </section>
);
