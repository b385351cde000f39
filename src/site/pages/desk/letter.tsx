/**
 * One mail to the policy address. What was written is shown in the answer to a form and stands at no address; the look is
 * in the record first.
 */
import { Problem } from '../../parts/form.tsx';
import { PlaceField } from '../../parts/place-field.tsx';
import { RightField, WordsField } from '../../parts/request-fields.tsx';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/letter.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  demandFresh(request, context, who);
  return answered(context, ({ parts, caller }) => parts.mailDesk.form(caller));
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['right', 'place', 'words', 'do'], async (form, site) => {
    const { mailDesk } = site.parts;
    const { letter: id } = args.params;
    if (form.do === 'open') return { opened: await mailDesk.open(site.caller, id) };
    if (form.do === 'reply') {
      await mailDesk.reply(site.caller, id, { words: form.words ?? '' });
      return goOn(site, '/desk/requests/mail');
    }
    await mailDesk.read(site.caller, id, { right: form.right ?? '', place: form.place ?? '' });
    return goOn(site, '/desk/requests/mail');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Mail – Desk – Kept' }];

export default function LetterPage({ loaderData: { places }, actionData }: Route.ComponentProps) {
  const refused = actionData !== undefined && 'problem' in actionData ? actionData : undefined;
  const opened = actionData !== undefined && 'opened' in actionData ? actionData.opened : null;
  return (
    <div className="form-page stack">
      <h1>A mail</h1>
      <Problem refused={refused} />
      {refused?.entered.do === 'reply' && <Reply entered={refused.entered.words} />}
      {opened === null ? (
        <form method="post">
          <p>Opening it enters your look in the record.</p>
          <button className="button" type="submit" name="do" value="open">
            Open it
          </button>
        </form>
      ) : (
        <Opened opened={opened} places={places} />
      )}
      <p>
        <a href="/desk/requests/mail">All mail to read</a>
      </p>
    </div>
  );
}

type Loaded = Route.ComponentProps['loaderData'];
type Opened = Extract<NonNullable<Route.ComponentProps['actionData']>, { opened: unknown }>['opened'];

const Opened = ({ opened, places }: { opened: Opened; places: Loaded['places'] }) => (
  <>
    <dl className="facts">
      <dt>Says it is from</dt>
      <dd className="breaks">{opened.address ?? 'nobody who can be answered'}</dd>
      {opened.names !== null && <Named opened={opened} names={opened.names} />}
      <dt>Files</dt>
      <dd>{opened.attachments === 0 ? 'none' : `${opened.attachments}, not kept`}</dd>
    </dl>
    <pre className="words">{opened.words || 'It is empty, or can no longer be opened.'}</pre>
    {opened.request !== null && <Answering opened={opened} />}
    {!opened.isRead && <ReadIt isAbout={opened.request !== null} places={places} />}
  </>
);

type Names = NonNullable<Opened['names']>;

const Named = ({ opened, names }: { opened: Opened; names: Names }) => (
  <>
    <dt>{opened.request === null ? 'Names a request' : 'Is about'}</dt>
    <dd>
      <a href={`/desk/requests/${names.id}`}>{names.reference}</a>
      {names.isOver && ', which is over'}
    </dd>
    {opened.request !== null && (
      <>
        <dt>Sender</dt>
        <dd>
          {opened.isSame ? (
            'names the address of the request, which proves nothing'
          ) : (
            <span className="tag warn">from an address that is not the one of the request</span>
          )}
        </dd>
      </>
    )}
    {opened.withdraws && (
      <>
        <dt>Sounds like</dt>
        <dd>they do not want it any more. They withdraw it on their page; a mail does not.</dd>
      </>
    )}
  </>
);

const Answering = ({ opened }: { opened: Opened }) => {
  if (opened.reply !== null)
    return (
      <>
        <h2>What was answered</h2>
        <pre className="words">{opened.reply}</pre>
      </>
    );
  return opened.whyNoReply === null ? (
    <Reply entered={undefined} />
  ) : (
    <p className="quiet">{opened.whyNoReply}</p>
  );
};

const Reply = ({ entered }: { entered: string | undefined }) => (
  <form method="post" className="stack">
    <h2>Answer it</h2>
    <WordsField
      label="Your answer"
      rows={8}
      help="It goes in the thread, to the address that we hold of whom the request is about; while nobody has shown who asks, to the one that they named. A mail can be read on its way: write nothing of what we hold about them. Their page shows that."
      entered={entered}
      required
    />
    <button className="button" type="submit" name="do" value="reply">
      Send the answer
    </button>
  </form>
);

const ReadIt = ({ isAbout, places }: { isAbout: boolean; places: Loaded['places'] }) => (
  <form method="post" className="stack">
    {isAbout && <h2>Or go on without an answer</h2>}
    <RightField label="What it asks for" entered="">
      <option value="" disabled>
        Choose
      </option>
      <option value="no_request">
        {isAbout ? 'Nothing new: it is read with its request' : 'Nothing about data: it is done with'}
      </option>
    </RightField>
    <PlaceField places={places} entered={undefined} label="Where they live, as they say" />
    <button className="button" type="submit" name="do" value="read">
      Go on
    </button>
    <p className="help">
      A new request’s time runs from the moment that the mail came. Who asks is shown by a link to the address
      that we hold. {!isAbout && 'What is written here goes with it.'}
    </p>
  </form>
);
