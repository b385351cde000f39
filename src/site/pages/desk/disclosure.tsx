/** One demand for data: what it says, how far it is, and what is to be done with it. */
import { CATEGORY_FIELDS, CHECK_FIELDS } from '../../../control/disclosure/fields.ts';
import { CaseFacts, CaseFiles, CaseHistory, Checklist, Named } from '../../parts/disclosure-case.tsx';
import { CaseForms } from '../../parts/disclosure-forms.tsx';
import { standingOfCase, titled } from '../../parts/disclosure-words.ts';
import { Problem } from '../../parts/form.tsx';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/disclosure.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  await answered(context, ({ parts, caller }) => parts.disclosures.desk.list(caller, false));
  demandFresh(request, context, who);
  return answered(context, ({ parts, caller }) => parts.disclosures.desk.case(caller, params.case));
}

export const action = (args: Route.ActionArgs) =>
  carryOut(
    args,
    [...CHECK_FIELDS, ...CATEGORY_FIELDS, 'from', 'to', 'reason', 'gag_next'],
    async ({ do: what, ...form }, site, files) => {
      const { desk } = site.parts.disclosures;
      const { case: id } = args.params;
      const { caller } = site;
      if (what === 'build') return { built: await desk.build(caller, id) };
      if (what === 'objections') return { objections: await desk.objections(caller, id) };
      if (what === 'gag_propose') {
        const file = files.get('file');
        const bytes = file === undefined ? null : new Uint8Array(await file.arrayBuffer());
        await desk.proposeGag(caller, id, form, bytes);
      } else if (what === 'narrow') await desk.narrow(caller, id, form);
      else if (what === 'back') await desk.sendBack(caller, id, form);
      else if (what === 'approve') await desk.approve(caller, id);
      else if (what === 'refuse') await desk.refuse(caller, id, form);
      else if (what === 'gag_extend') await desk.extendGag(caller, id);
      else if (what === 'gag_lift') await desk.liftGag(caller, id);
      else if (what === 'hold_end') await desk.endHold(caller, id);
      else await desk.prepare(caller, id, form);
      return goOn(site, `/desk/disclosures/${id}`);
    },
  );

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Demand – Desk – Kept' }];

export default function Disclosure({ loaderData: it, actionData }: Route.ComponentProps) {
  const refused = actionData !== undefined && 'problem' in actionData ? actionData : undefined;
  const built = actionData !== undefined && 'built' in actionData ? actionData.built : null;
  const objections = actionData !== undefined && 'objections' in actionData ? actionData.objections : null;
  return (
    <div className="stack">
      <h1>{titled(it.words)}</h1>
      <p className="lead">
        {it.authority}: {standingOfCase(it)}.
      </p>
      <Problem refused={refused} />
      {it.isGagged && (
        <p className="note warn">
          Nobody may be told of this before <strong>{it.gagUntil?.slice(0, 10)}</strong> (UTC). Nothing
          outside this page shows it until then; afterwards they are told by themselves.
        </p>
      )}
      {built !== null && <Built {...built} days={it.packageDays} />}
      {objections !== null && <Objections words={objections} />}
      <CaseFacts it={it} />
      <Named it={it} />
      <Checklist it={it} />
      <CaseFiles it={it} />
      <CaseForms it={it} entered={refused?.entered ?? {}} />
      <CaseHistory it={it} />
      <p>
        <a href="/desk/disclosures">All demands</a>
      </p>
    </div>
  );
}

const Built = ({ sha256, passphrase, days }: { sha256: string; passphrase: string | null; days: number }) => (
  <section className="note" role="status">
    <p>
      The package is made. Download it below within {days} days, and hand it over. Its SHA-256, which stands
      in the record: <code className="breaks">{sha256}</code>
    </p>
    {passphrase === null ? (
      <p>It opens with the private key of their certificate alone.</p>
    ) : (
      <p>
        Its passphrase is shown this once: <strong className="breaks">{passphrase}</strong>. Hand it over in
        another way than the package, such as by telephone.
      </p>
    )}
  </section>
);

const Objections = ({ words }: { words: readonly string[] }) => (
  <section className="stack">
    <h2>What they object</h2>
    {words.length === 0 && <p>Whoever objected is erased, and what they wrote with them.</p>}
    {words.map((each) => (
      <blockquote key={each} className="breaks">
        {each}
      </blockquote>
    ))}
  </section>
);
