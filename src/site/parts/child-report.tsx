/** A report of a child's account at the desk: what was told, and the form by which it is decided (CHILD-2). */
import type { DeskRequest, Opened } from './decide-request.tsx';
import { Field } from './form.tsx';
import { GroundField } from './request-fields.tsx';

type Report = NonNullable<Opened['report']>;

export const Reported = ({ report: { account, found, reporter, words } }: { report: Report }) => (
  <>
    <h2>What was told</h2>
    <dl className="facts">
      <dt>Whose account</dt>
      <dd className="breaks">{account ?? 'can no longer be opened'}</dd>
      <dt>Found by that</dt>
      <dd className="breaks">
        {found === null ? 'nobody, or several people' : <a href={`/desk/${found}`}>{found}</a>}
      </dd>
      <dt>Who reports</dt>
      <dd className="breaks">{reporter ?? 'did not say'}</dd>
      <dt>What they know</dt>
      <dd className="breaks">{words ?? 'can no longer be opened'}</dd>
    </dl>
  </>
);

interface JudgeProps {
  readonly request: DeskRequest;
  readonly account: string;
  readonly entered: Readonly<Record<string, string>>;
}

export const JudgeReport = ({ request: { grounds, proposal }, account, entered }: JudgeProps) => (
  <section className="form-page stack">
    <h2>Decide</h2>
    <p>{proposal}</p>
    <form method="post">
      <div className="field">
        <label htmlFor="decision">Decision</label>
        <select id="decision" name="decision" defaultValue={entered.decision ?? ''} required>
          <option value="">Choose one</option>
          <option value="whole">Delete the account now</option>
          <option value="refused">Refuse the report</option>
        </select>
      </div>
      <Field
        name="account"
        label="Account that is deleted: its id, or their e-mail address"
        defaultValue={account}
        autoComplete="off"
        help="A letter goes there first. Accounts that others depend on go on with them. A legal hold keeps what it names."
      />
      <GroundField
        label="Ground, where it is refused"
        none="It is not refused"
        grounds={grounds}
        entered={entered.ground}
      />
      <button className="button bad" type="submit" name="do" value="judge">
        Decide it
      </button>
    </form>
  </section>
);
