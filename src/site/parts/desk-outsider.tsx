/** Somebody from outside for an appeal that nobody here may decide, at the desk: invited, shown, taken back. */
import type { RequestDesk } from '../../control/requests/index.ts';
import { Field } from './form.tsx';
import { Moment } from './moment.tsx';

type Shown = Awaited<ReturnType<RequestDesk['one']>>;

interface DeskOutsiderProps {
  readonly request: Pick<Shown, 'outsider' | 'may'>;
  /** Just made; shown this once. */
  readonly code: string | null;
  readonly entered: Readonly<Record<string, string>> | undefined;
}

export function DeskOutsider({ request: { outsider, may }, code, entered }: DeskOutsiderProps) {
  if (outsider === null && !may.invite) return null;
  return (
    <section className="form-page stack">
      <h2>Somebody from outside</h2>
      {code !== null && <HandOver code={code} />}
      {outsider === null ? <Invite entered={entered} /> : <Invited outsider={outsider} />}
    </section>
  );
}

const HandOver = ({ code }: { code: string }) => (
  <div className="note" role="status">
    <p>
      Give them this code yourself, by telephone or in person, never by mail. With the link that they get it
      is what lets them in. It is shown this once.
    </p>
    <p className="code secret">
      <code>{code}</code>
    </p>
  </div>
);

const Invited = ({
  outsider: { state, who, isMailed, endsAt },
}: {
  outsider: NonNullable<Shown['outsider']>;
}) => (
  <>
    <p>
      {state === 'invited'
        ? isMailed
          ? 'Invited; the link is with their mail server, and they have not used it yet.'
          : 'Invited; the mail with the link is still on its way.'
        : 'They have accepted, and may decide.'}{' '}
      It ends on <Moment iso={endsAt} /> UTC, or when somebody here decides first.
    </p>
    {who !== null && (
      <>
        <dl className="facts">
          <dt>Name</dt>
          <dd className="breaks">{who.name}</dd>
          <dt>Address</dt>
          <dd className="breaks">{who.address}</dd>
        </dl>
        <form method="post">
          <button className="button second" type="submit" name="do" value="take_back">
            Take it back
          </button>
        </form>
      </>
    )}
  </>
);

const Invite = ({ entered }: { entered: DeskOutsiderProps['entered'] }) => (
  <>
    <p>
      Nobody here may decide this appeal. Invite somebody who has no part in it and takes no instructions:
      they see this one request as who decides sees it, decide it, and nothing else. The person reads that an
      independent person from outside looks at it, not who.
    </p>
    <form method="post">
      <Field
        name="name"
        label="Name"
        defaultValue={entered?.name}
        autoComplete="off"
        maxLength={100}
        required
      />
      <Field
        name="email"
        label="E-mail address"
        type="email"
        defaultValue={entered?.email}
        autoComplete="off"
        required
        help="Not yours, not that of who decided first, not that of whoever asked. It is kept with the appeal, sealed, and dies with it."
      />
      <button className="button second" type="submit" name="do" value="invite">
        Invite them
      </button>
    </form>
  </>
);
