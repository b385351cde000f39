/**
 * One mail to the policy address. What was written is shown in the answer to a form and stands at no address; the look is
 * in the record first.
 */
import { Problem } from '../../parts/form.tsx';
import { PlaceField } from '../../parts/place-field.tsx';
import { RightField } from '../../parts/request-fields.tsx';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/letter.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  demandFresh(request, context, who);
  return answered(context, ({ parts, caller }) => parts.mailDesk.form(caller));
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['right', 'place'], async (form, site) => {
    const { mailDesk } = site.parts;
    const { letter: id } = args.params;
    if (form.do === 'open') return { opened: await mailDesk.open(site.caller, id) };
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
      <dt>Files</dt>
      <dd>{opened.attachments === 0 ? 'none' : `${opened.attachments}, not kept`}</dd>
    </dl>
    <pre className="words">{opened.words || 'It is empty, or can no longer be opened.'}</pre>
    <form method="post">
      <RightField label="What it asks for" entered="">
        <option value="" disabled>
          Choose
        </option>
        <option value="no_request">Nothing about data: it is done with</option>
      </RightField>
      <PlaceField places={places} entered={undefined} label="Where they live, as they say" />
      <button className="button" type="submit" name="do" value="read">
        Go on
      </button>
      <p className="help">
        Its time runs from the moment that it came. Who asks is shown by a link to the address that we hold.
        What is written here goes with it: answer by hand first where it asks for something else.
      </p>
    </form>
  </>
);
