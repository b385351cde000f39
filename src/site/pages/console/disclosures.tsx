/** Who asked for data about the person or got some (45 CFR 164.528), as far as it may be told; and how they object. */
import { Problem } from '../../parts/form.tsx';
import { Day } from '../../parts/moment.tsx';
import { WordsField } from '../../parts/request-fields.tsx';
import { answered, carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/disclosures.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  await signedIn(request, context);
  const mine = await answered(context, ({ parts, caller }) => parts.disclosures.pages.mine(caller));
  return { mine };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['words', 'disclosure'], async ({ do: _what, ...form }, site) => {
    await site.parts.disclosures.pages.object(site.caller, form);
    return goOn(site, '/console/disclosures');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Disclosures – Kept' }];

type Mine = Route.ComponentProps['loaderData']['mine'][number];

export default function Disclosures({ loaderData: { mine }, actionData }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Disclosures</h1>
      <p className="lead">
        Who demanded data about you, what they got, and why. It goes back six years, and is in your{' '}
        <a href="/console/export">export</a>.
      </p>
      <Problem refused={actionData} />
      {mine.length === 0 && <p>There is nothing to tell.</p>}
      {mine.map((each) => (
        <One
          key={each.id}
          one={each}
          entered={actionData?.entered.disclosure === each.id ? actionData.entered.words : undefined}
        />
      ))}
      <p className="quiet">
        An order may forbid telling for a while. Then nothing of it stands here before that ends; afterwards
        it does, by itself. How often this happens to anybody:{' '}
        <a href="/privacy/transparency">transparency report</a>.
      </p>
    </div>
  );
}

const STATES: Readonly<Record<Mine['state'], { readonly words: string; readonly tag: string }>> = {
  announced: { words: 'demanded', tag: 'tag warn' },
  disclosed: { words: 'handed over', tag: 'tag' },
  not_disclosed: { words: 'nothing handed over', tag: 'tag good' },
};

const One = ({ one, entered }: { one: Mine; entered: string | undefined }) => (
  <section className="stack">
    <h2>
      <Day date={one.at.slice(0, 10)} />{' '}
      <span className={STATES[one.state].tag}>{STATES[one.state].words}</span>
    </h2>
    <dl className="facts">
      <dt>Because of</dt>
      <dd>{one.ground}</dd>
      <dt>Who asked</dt>
      <dd className="breaks">{one.recipient ?? 'can no longer be read'}</dd>
      <dt>On what basis</dt>
      <dd className="breaks">{one.purpose ?? 'can no longer be read'}</dd>
      <dt>Kinds of data</dt>
      <dd>{one.categories.join('; ')}</dd>
      <dt>Of which time</dt>
      <dd>{one.range}</dd>
      {one.discloseAt !== null && (
        <>
          <dt>Handed over at the earliest</dt>
          <dd>
            <Day date={one.discloseAt.slice(0, 10)} />
          </dd>
        </>
      )}
      {one.objection !== null && (
        <>
          <dt>What you objected</dt>
          <dd className="breaks">{one.objection}</dd>
        </>
      )}
    </dl>
    {one.mayObject && (
      <form method="post" className="form-page">
        <input type="hidden" name="disclosure" value={one.id} />
        <WordsField
          id={`words-${one.id}`}
          label="Why you object"
          entered={entered}
          help="Somebody here reads it, and it is decided anew before anything is handed over. It does not bind the court or authority: a lawyer can turn to them."
          required
        />
        <button className="button" type="submit" name="do" value="object">
          Object
        </button>
      </form>
    )}
  </section>
);
