/** The second factor: setting up an authenticator app, recovery codes, switching it off. All of it after a confirmation that it is them. */
import type { SecondFactorSetup } from '../../../control/sign-in/index.ts';
import { siteContext } from '../../context.ts';
import { Field, FormPage, Problem } from '../../parts/form.tsx';
import { QrCode } from '../../parts/qr-code.tsx';
import { answered, carryOut, demandFresh, goOn, type Refused, signedIn } from '../../session.ts';
import type { Route } from './+types/second-factor.ts';

const HERE = '/console/security/second-factor';
const BACK = '/console/security#second-factor';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  demandFresh(request, context, who);
  const { refused } = context.get(siteContext);
  // Where the ten minutes ended meanwhile, the refusal of the form says what to do.
  if (!who.fresh && refused) return { state: 'off' } as const;
  return answered(context, ({ parts, caller }) => parts.signIn.secondFactor(caller));
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ what, code }, site) => {
    const { signIn } = site.parts;
    if (what === 'confirm') return { codes: await signIn.confirmSecondFactor(site.caller, { code }) };
    if (what === 'renew') return { codes: await signIn.renewRecoveryCodes(site.caller) };
    if (what === 'end') await signIn.endSecondFactor(site.caller);
    else await signIn.beginSecondFactor(site.caller);
    return goOn(site, what === 'end' ? BACK : HERE);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Second factor – Kept' }];

export default function SecondFactor({ loaderData, actionData }: Route.ComponentProps) {
  if (actionData !== undefined && 'codes' in actionData) return <Codes codes={actionData.codes} />;
  if (loaderData.state === 'begun') return <Begun setup={loaderData.setup} refused={actionData} />;
  if (loaderData.state === 'on')
    return <On recoveryCodesLeft={loaderData.recoveryCodesLeft} refused={actionData} />;
  return (
    <FormPage
      title="Second factor"
      lead="Besides your password, signing in then asks for six digits that an app on your phone shows. Any authenticator app will do."
    >
      <Problem refused={actionData} />
      <Act what="begin" label="Begin" />
      <Back />
    </FormPage>
  );
}

const Begun = ({ setup, refused }: { setup: SecondFactorSetup; refused: Refused | undefined }) => (
  <FormPage title="Show it to your app" lead="Scan this with your authenticator app.">
    <Problem refused={refused} />
    <QrCode text={setup.uri} label="The secret for your authenticator app, as a QR code" />
    <details>
      <summary>Type it in instead</summary>
      <p className="code secret">
        <code>{setup.secret.match(/.{4}/g)?.join(' ')}</code>
      </p>
      <p className="help">
        Or, on the phone itself, <a href={setup.uri}>open it in the app</a>.
      </p>
    </details>
    <form method="post">
      <Field
        name="code"
        label="The six digits that it shows now"
        autoComplete="one-time-code"
        inputMode="numeric"
        maxLength={10}
        required
        help="All your other sign-ins end."
      />
      <button className="button" type="submit" name="what" value="confirm">
        Switch it on
      </button>
    </form>
    <Act what="begin" label="Begin again with another secret" plain />
    <Back />
  </FormPage>
);

function Codes({ codes }: { codes: readonly string[] }) {
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`Recovery codes of Kept, each works once\n\n${codes.join('\n')}\n`)}`;
  return (
    <FormPage
      title="Your recovery codes"
      lead="For the day that the phone is gone: each signs you in once, in place of a code of the app."
    >
      <ul className="codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p className="note">
        They are shown this once, and nobody can read them again. Print them, or keep them where you keep
        passwords. Earlier ones work no more.
      </p>
      <div className="actions">
        <a className="button" href={BACK}>
          I have kept them
        </a>
        <a className="button second" href={file} download="kept-recovery-codes.txt">
          Save them as a file
        </a>
      </div>
    </FormPage>
  );
}

const On = (props: { recoveryCodesLeft: number; refused: Refused | undefined }) => (
  <FormPage title="Second factor" lead="It is on: a password alone lets nobody in.">
    <Problem refused={props.refused} />
    <h2>Recovery codes</h2>
    <p>
      {props.recoveryCodesLeft === 0
        ? 'None is left: without the phone you could not sign in.'
        : `${props.recoveryCodesLeft} of them can still be used.`}
    </p>
    <Act what="renew" label="Make new ones" />
    <h2>Switch it off</h2>
    <p>A password is then enough. You get a mail that says so.</p>
    <Act what="end" label="Switch it off" />
    <Back />
  </FormPage>
);

const Act = ({ what, label, plain = false }: { what: string; label: string; plain?: boolean }) => (
  <form method="post">
    <button
      className={plain ? 'plain-button' : what === 'begin' ? 'button' : 'button second'}
      type="submit"
      name="what"
      value={what}
    >
      {label}
    </button>
  </form>
);

const Back = () => (
  <p className="aside">
    <a href={BACK}>Back to security</a>
  </p>
);
