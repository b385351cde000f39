/** The form by which a request is decided at the desk, or an appeal. */
import type { ReactNode } from 'react';
import type { RequestDesk } from '../../control/requests/index.ts';
import { Field } from './form.tsx';
import { GroundField, WordsField } from './request-fields.tsx';

export type DeskRequest = Awaited<ReturnType<RequestDesk['one']>>;
export type Opened = Awaited<ReturnType<RequestDesk['open']>>;

interface DecideProps {
  readonly request: DeskRequest;
  readonly items: Opened['correctables'];
  readonly entered: Readonly<Record<string, string>>;
}

export function Decide({ request, items, entered }: DecideProps) {
  const { grounds, proposal, state, right } = request;
  const isAppeal = state === 'appeal_deciding';
  return (
    <section className="form-page stack">
      <h2>{isAppeal ? 'Decide the appeal' : 'Decide'}</h2>
      {proposal !== undefined && <p>{proposal}</p>}
      <form method="post">
        <DecisionField isAppeal={isAppeal} entered={entered.decision} />
        {right === 'correct' && <PutRight items={items} entered={entered} />}
        {!isAppeal && (
          <GroundField
            label="Ground, where not all of it is done"
            none="All of it is done"
            grounds={grounds}
            entered={entered.ground}
          />
        )}
        <WordsField
          label="Reason"
          entered={entered.words}
          required
          help="Whoever asked reads these words. The mail says what was decided, the rule, what would change it, how to appeal and whom to complain to."
        />
        <button className="button" type="submit" name="do" value="decide">
          Decide it
        </button>
      </form>
    </section>
  );
}

interface AppealedProps {
  readonly right: DeskRequest['right'];
  readonly items: Opened['correctables'];
  readonly entered: DecideProps['entered'];
  /** What else the form asks. */
  readonly children: ReactNode;
}

/** The same for somebody from outside: what may be decided about an appeal, and nothing else. */
export const Appealed = ({ right, items, entered, children }: AppealedProps) => (
  <section className="form-page stack">
    <h2>Decide the appeal</h2>
    <p>
      Look at all of it again, as if nobody had decided. Grant it unless the first reason convinces you too.
    </p>
    <form method="post">
      <DecisionField isAppeal entered={entered.decision} />
      {right === 'correct' && <PutRight items={items} entered={entered} />}
      <WordsField
        label="Reason"
        entered={entered.words}
        required
        help="Whoever asked reads these words. Do not say who you are."
      />
      {children}
      <button className="button" type="submit" name="do" value="decide">
        Decide it
      </button>
    </form>
  </section>
);

const DecisionField = ({ isAppeal, entered }: { isAppeal: boolean; entered: string | undefined }) => (
  <div className="field">
    <label htmlFor="decision">Decision</label>
    <select id="decision" name="decision" defaultValue={entered ?? 'whole'}>
      <option value="whole">Grant it</option>
      <option value="part">Grant a part of it</option>
      {isAppeal ? (
        <option value="upheld">The first decision stands</option>
      ) : (
        <option value="refused">Refuse it</option>
      )}
    </select>
  </div>
);

function PutRight({ items, entered }: Pick<DecideProps, 'items' | 'entered'>) {
  if (items.length === 0)
    return (
      <>
        <input type="hidden" name="item" value={entered.item ?? ''} />
        <Field
          name="value"
          label="What is right, where something is put right"
          defaultValue={entered.value}
        />
      </>
    );
  return (
    <>
      <div className="field">
        <label htmlFor="item">What is put right</label>
        <select id="item" name="item" defaultValue={entered.item ?? ''}>
          <option value="">Nothing</option>
          {items.map(({ item, label, now }) => (
            <option key={item} value={item}>
              {now === '' ? label : `${label}: ${now}`}
            </option>
          ))}
        </select>
      </div>
      <Field name="value" label="What is right" defaultValue={entered.value} autoComplete="off" />
    </>
  );
}
