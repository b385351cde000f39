/** Sign-ins that are open, and ending them; passkeys, providers, second factor, password and address, after a confirmation that it is them. */
import { siteContext } from '../../context.ts';
import { Field, NewPassword, Problem } from '../../parts/form.tsx';
import { dayOf } from '../../parts/format.ts';
import { Day } from '../../parts/moment.tsx';
import { PasskeyForm } from '../../parts/passkey-form.tsx';
import { ProviderForm, RefusedBy, refusedBy } from '../../parts/providers.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { CONFIRM_PAGE } from '../../places.ts';
import { carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/security.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const { email, fresh, ways } = await signedIn(request, context);
  const { parts, caller } = context.get(siteContext);
  return {
    email,
    fresh,
    ways,
    wasSent: new URL(request.url).searchParams.has('sent'),
    sessions: await parts.signIn.listSessions(caller),
    passkeys: await parts.signIn.listPasskeys(caller),
    providers: await parts.signIn.listProviders(caller),
    refused: refusedBy(request, context.get(siteContext)),
  };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['email'], async ({ what, end, password, email, passkey, provider }, site) => {
    const { signIn } = site.parts;
    if (what === 'password') await signIn.setPassword(site.caller, { password });
    else if (what === 'address') {
      await signIn.askToChangeAddress(site.caller, { email });
      return goOn(site, '/console/security?sent');
    } else if (passkey !== undefined) await signIn.removePasskey(site.caller, passkey);
    else if (provider !== undefined) await signIn.disconnect(site.caller, provider);
    else if (end === 'others') await signIn.endOtherSessions(site.caller);
    else await signIn.endSession(site.caller, end ?? '');
    return goOn(site, '/console/security');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Security – Kept' }];

export default function Security({ loaderData, actionData }: Route.ComponentProps) {
  const { email, sessions } = loaderData;
  return (
    <div className="stack">
      <h1>Security</h1>
      <Problem refused={actionData} />
      <RefusedBy sentence={actionData === undefined ? loaderData.refused : null} />
      {loaderData.wasSent && (
        <p className="note">A link was sent to the new address. Nothing changes before it is followed.</p>
      )}
      <h2>Where you are signed in</h2>
      <p className="quiet">As {email}.</p>
      <WideTable label="Where you are signed in">
        <thead>
          <tr>
            <th scope="col">Browser</th>
            <th scope="col">Network</th>
            <th scope="col">Signed in</th>
            <th scope="col">Last used</th>
            <th scope="col">
              <span className="unseen">End it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.id}>
              <th scope="row">
                {session.browser}, {session.system}
              </th>
              <td>{session.network ?? 'unknown'}</td>
              <td>
                <Day date={session.signed_in_on} />
              </td>
              <td>
                <Day date={session.last_used_on} />
              </td>
              <td>
                {session.current ? <span className="tag good">this one</span> : <End id={session.id} />}
              </td>
            </tr>
          ))}
        </tbody>
      </WideTable>
      {sessions.length > 1 && (
        <form method="post">
          <button className="button second" type="submit" name="end" value="others">
            End all others
          </button>
        </form>
      )}
      <Passkeys passkeys={loaderData.passkeys} fresh={loaderData.fresh} />
      <Providers providers={loaderData.providers} fresh={loaderData.fresh} />
      <SecondFactor on={loaderData.ways.secondFactor} />
      <h2 id="change">Password and address</h2>
      {loaderData.fresh ? (
        <Change hasPassword={loaderData.ways.password} email={email} entered={actionData?.entered.email} />
      ) : (
        <ConfirmFirst label="Confirm that it is you to change them" />
      )}
    </div>
  );
}

const ConfirmFirst = ({ label }: { label: string }) => (
  <p>
    <a className="button second" href={`${CONFIRM_PAGE}?next=/console/security`}>
      {label}
    </a>
  </p>
);

const End = ({ id }: { id: string }) => (
  <form method="post">
    <button className="plain-button" type="submit" name="end" value={id}>
      End it
    </button>
  </form>
);

type Passkeys = Route.ComponentProps['loaderData']['passkeys'];

const Passkeys = ({ passkeys, fresh }: { passkeys: Passkeys; fresh: boolean }) => (
  <>
    <h2 id="passkeys">Passkeys</h2>
    <p className="quiet">
      Signing in with the fingerprint, face or code of a device. Nobody can guess one or have it typed in on a
      false page.
    </p>
    {passkeys.length === 0 ? (
      <p>You have none.</p>
    ) : (
      <ul className="lines">
        {passkeys.map(({ id, name, made_on, last_used_on }) => (
          <li key={id}>
            <form method="post">
              {name}{' '}
              <span className="quiet">
                made on {dayOf(made_on)},{' '}
                {last_used_on === null ? 'not used yet' : `used on ${dayOf(last_used_on)}`}
              </span>{' '}
              <button className="plain-button" type="submit" name="passkey" value={id}>
                Remove<span className="unseen"> {name}</span>
              </button>
            </form>
          </li>
        ))}
      </ul>
    )}
    {fresh ? (
      <div className="form-page">
        <PasskeyForm act="make" next="/console/security#passkeys" label="Make a passkey" second>
          <Field
            name="name"
            label="Name of the new passkey"
            maxLength={200}
            required
            help="So that you know it again: laptop, blue key."
          />
        </PasskeyForm>
      </div>
    ) : (
      <ConfirmFirst label="Confirm that it is you to make one" />
    )}
  </>
);

type ListedProvider = Route.ComponentProps['loaderData']['providers'][number];

const Providers = ({ providers, fresh }: { providers: readonly ListedProvider[]; fresh: boolean }) =>
  providers.length > 0 && (
    <>
      <h2 id="providers">Accounts elsewhere</h2>
      <p className="quiet">
        Signing in with an account that you have elsewhere. Whoever runs it learns each time that you do.
      </p>
      <ul className="lines">
        {providers.map((provider) => (
          <li key={provider.id}>
            {provider.connected === null ? (
              <NotConnected provider={provider} fresh={fresh} />
            ) : (
              <Connected provider={provider} {...provider.connected} />
            )}
          </li>
        ))}
      </ul>
      {!fresh && <ConfirmFirst label="Confirm that it is you to connect or disconnect" />}
    </>
  );

const NotConnected = ({ provider, fresh }: { provider: ListedProvider; fresh: boolean }) => (
  <ProviderForm provider={provider} wish="connect" next="/console/security">
    {provider.name} <span className="quiet">not connected</span>{' '}
    {fresh && (
      <button className="plain-button" type="submit">
        Connect<span className="unseen"> {provider.name}</span>
      </button>
    )}
  </ProviderForm>
);

const Connected = ({
  provider: { id, name },
  since,
  last_used_on,
}: { provider: ListedProvider } & NonNullable<ListedProvider['connected']>) => (
  <form method="post">
    {name}{' '}
    <span className="quiet">
      connected on {dayOf(since)}, {last_used_on === null ? 'not used yet' : `used on ${dayOf(last_used_on)}`}
    </span>{' '}
    <button className="plain-button" type="submit" name="provider" value={id}>
      Disconnect<span className="unseen"> {name}</span>
    </button>
  </form>
);

const SecondFactor = ({ on }: { on: boolean }) => (
  <>
    <h2 id="second-factor">Second factor</h2>
    <p>
      {on
        ? 'Whoever signs in with your password is also asked for a code of your authenticator app.'
        : 'Have a code of an app on your phone asked for besides your password: a password alone can be stolen.'}
    </p>
    <p>
      <a className="button second" href="/console/security/second-factor">
        {on ? 'Recovery codes, or switch it off' : 'Set it up'}
      </a>
    </p>
  </>
);

const Change = (props: { hasPassword: boolean; email: string; entered: string | undefined }) => (
  <div className="form-page stack">
    <form method="post">
      <NewPassword label={props.hasPassword ? 'New password' : 'Password'} help="All other sign-ins end." />
      <button className="button second" type="submit" name="what" value="password">
        Set it
      </button>
    </form>
    <form method="post">
      <Field
        name="email"
        label="New e-mail address"
        type="email"
        autoComplete="email"
        defaultValue={props.entered}
        help={`Now it is ${props.email}. A link goes to the new one.`}
        required
      />
      <button className="button second" type="submit" name="what" value="address">
        Send the link
      </button>
    </form>
  </div>
);
