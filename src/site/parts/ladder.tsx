/** How somebody shows who asks who has lost the mailbox: the same form for everybody, whoever the request is about. */
import type { Climbed, ShownLadder } from '../../control/requests/index.ts';
import { CodeBlock } from './code-block.tsx';
import { Field } from './form.tsx';
import { Day, Moment } from './moment.tsx';
import { SHOWN_WORDS } from './request-words.ts';

export interface Challenge {
  readonly challenge: string;
  readonly until: string;
  readonly url: string;
}

interface LadderProps {
  readonly ladder: ShownLadder;
  /** The command's, in the answer to the form that asked for it. */
  readonly challenge: Challenge | null;
  /** A form was refused: it stays open. */
  readonly isOpen: boolean;
}

export function Ladder({ ladder, challenge, isOpen }: LadderProps) {
  const { proofs, shown, isTooLate } = ladder;
  const isBegun = shown.length > 0;
  return (
    <details className="stack" open={isOpen || isBegun || challenge !== null}>
      <summary>I cannot read mail at that address any more</summary>
      {isBegun && (
        <p className="note" role="status">
          Shown: {SHOWN_WORDS[shown[0] ?? 'facts']}. One more is needed, another than this.
        </p>
      )}
      {isTooLate ? (
        <p>
          The answer is due so soon that this address could not be asked first. Ask anew, or write to us: the
          contact page has the address.
        </p>
      ) : (
        <>
          <p>
            Show something else that only you have. {AS_MUCH[proofs]} Either way we write to the address, and
            whoever reads its mail can stop it.
          </p>
          <p className="quiet">
            Five tries are all there are for one request. What you enter is compared and not kept; what was
            wrong is not told, and neither is whether we know the address.
          </p>
          {!shown.includes('api_key') && <ByKey challenge={challenge} />}
          {!shown.includes('recovery_code') && <ByRecoveryCode />}
          {!shown.includes('facts') && <ByFacts />}
        </>
      )}
    </details>
  );
}

const AS_MUCH = {
  1: 'One of these is enough for what was asked.',
  2: 'For what was asked it takes two of these, and then seven days.',
} as const;

const ByKey = ({ challenge }: { challenge: Challenge | null }) => (
  <section className="form-page stack">
    <h2>An API key</h2>
    {challenge === null ? (
      <>
        <p>
          One of an account that is yours alone. You never type a key into a page: you run a command where the
          key is.
        </p>
        <form method="post">
          <button className="button second" type="submit" name="do" value="challenge">
            Show the command
          </button>
        </form>
      </>
    ) : (
      <>
        <p>
          Run this where <code>KEPT_KEY</code> is your key. It works once, for this request only, until{' '}
          <Moment iso={challenge.until} /> UTC; its answer says what comes next. Then load this page again.
        </p>
        <CodeBlock
          label="The command that shows an API key"
          code={`curl ${challenge.url} \\
  -H "Authorization: Bearer $KEPT_KEY" \\
  -d challenge=${challenge.challenge}`}
        />
      </>
    )}
  </section>
);

const ByRecoveryCode = () => (
  <section className="form-page stack">
    <h2>A recovery code</h2>
    <form method="post">
      <Field
        name="code"
        label="One of the codes of your second factor"
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        required
        help="It is used up by this, as by a sign-in."
      />
      <button className="button second" type="submit" name="do" value="recovery_code">
        Show it
      </button>
    </form>
  </section>
);

const ByFacts = () => (
  <section className="form-page stack">
    <h2>Facts that only you know</h2>
    <p>
      At least two of the three, and all that you enter has to be right. Leave empty what you do not know.
    </p>
    <form method="post">
      <Field
        name="made"
        label="Month in which the account was made"
        placeholder="2026-03"
        inputMode="numeric"
        autoComplete="off"
        maxLength={7}
      />
      <Field
        name="key_name"
        label="Name of an API key"
        autoComplete="off"
        maxLength={200}
        help="In full, of any key that you made. A name that everybody would try counts as none."
      />
      <Field
        name="credit_on"
        label="Day on which credit was added"
        placeholder="2026-03-17"
        inputMode="numeric"
        autoComplete="off"
        maxLength={10}
      />
      <Field
        name="credit"
        label="And how much that was, in US dollars"
        placeholder="20.00"
        inputMode="decimal"
        autoComplete="off"
        maxLength={12}
        help="Not the credit for signing up."
      />
      <button className="button second" type="submit" name="do" value="facts">
        Show them
      </button>
    </form>
  </section>
);

/** In the answer to what was shown; the code stands nowhere else. */
export const ShownNow = ({ climbed: { needed, waitsUntil, code } }: { climbed: Climbed }) => (
  <div className="note" role="status">
    <p>
      {needed > 0
        ? 'That shows it. One more is needed, another than this.'
        : waitsUntil === null
          ? 'That shows who asks: the request goes on.'
          : 'That shows who asks. We have written to the address, and wait whether anybody objects.'}
    </p>
    {code !== null && (
      <>
        <p>
          Keep this code: the archive is given to whoever has it, here on this page, and to nobody else. It is
          shown this once.
        </p>
        <p className="code secret">
          <code>{code}</code>
        </p>
      </>
    )}
  </div>
);

export const Waiting = ({ until }: { until: string }) => (
  <p className="note" role="status">
    Enough was shown. Until <Moment iso={until} /> UTC whoever reads the mail of the address can object; then
    the request goes on by itself.
  </p>
);

export const Stopped = ({ contact }: { contact: string }) => (
  <div className="note warn" role="status">
    <p>
      Whoever reads the mail of the address said that it was not them. It was stopped, and what was shown
      counts no more.
    </p>
    <p>
      If somebody else has got into your mailbox: write to {contact}, or by post. Somebody here then looks at
      who you are in another way.
    </p>
  </div>
);

const NOT_GIVEN: Readonly<Record<string, string>> = {
  archive_being_made: 'The archive is being made anew. Wait a minute, then try again.',
  archive_not_ready: 'There is nothing to fetch yet, or not any more.',
  too_many_tries: 'There were too many tries. Wait a little, then try again.',
};

/** Of somebody without an account, on their own page. */
export const FetchOwn = ({ link, refused }: Pick<FetchProps, 'link' | 'refused'>) => (
  <form method="post" action={`/privacy/requests/${link}/archive`} className="stack">
    {refused !== null && (
      <p className="note bad" role="alert">
        {NOT_GIVEN[refused]}
      </p>
    )}
    <button className="button" type="submit">
      Download the archive
    </button>
  </form>
);

interface FetchProps {
  readonly link: string;
  readonly until: string;
  /** Why it was not given just now, by the code of a refusal; null: it was not asked for. */
  readonly refused: string | null;
}

export const Fetch = ({ link, until, refused }: FetchProps) => (
  <section className="form-page stack">
    <h2>Fetch the archive</h2>
    {refused !== null && (
      <p className="note bad" role="alert">
        {NOT_GIVEN[refused] ?? 'That is not the code.'}
      </p>
    )}
    <form method="post" action={`/privacy/requests/${link}/archive`}>
      <Field
        name="code"
        label="The code that was shown to you"
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        required
        help={
          <>
            It works until <Day date={until.slice(0, 10)} />. Lost it? Withdraw, ask anew, and show again who
            you are.
          </>
        }
      />
      <button className="button" type="submit">
        Download
      </button>
    </form>
  </section>
);
