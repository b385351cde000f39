/** Around every page of the console: where one is, and where else one can go. */
import { Outlet, useLocation } from 'react-router';
import { may, type Permission } from '../../../control/accounts/index.ts';
import type { SignedIn } from '../../../control/sign-in/index.ts';
import { siteContext } from '../../context.ts';
import { ComingChanges } from '../../parts/coming-change.tsx';
import { Moment } from '../../parts/moment.tsx';
import { SuspensionNote, UnpaidNote } from '../../parts/suspension.tsx';
import { signedIn } from '../../session.ts';
import type { Route } from './+types/layout.ts';

const CREDIT = '/credit';
/** Pages about an account, below its id; each is shown to those who may open it. */
const ACCOUNT_PAGES: readonly { readonly path: string; readonly name: string; readonly for: Permission }[] = [
  { path: '', name: 'Overview', for: 'see' },
  { path: '/keys', name: 'Keys', for: 'see' },
  { path: '/playground', name: 'Playground', for: 'use_models' },
  { path: '/usage', name: 'Usage', for: 'see_usage' },
  { path: '/requests', name: 'Requests', for: 'see_usage' },
  { path: CREDIT, name: 'Credit', for: 'see_money' },
  { path: '/terms', name: 'Data terms', for: 'see' },
  { path: '/capture', name: 'Debug capture', for: 'capture' },
  { path: '/agreement', name: 'Agreement', for: 'see' },
  { path: '/members', name: 'Members', for: 'see' },
];
/** Pages about the person. */
const OWN_PAGES = [
  { to: '/console/messages', name: 'Messages' },
  { to: '/console/profile', name: 'Your data' },
  { to: '/console/disclosures', name: 'Disclosures' },
  { to: '/console/dates', name: 'Your dates' },
  { to: '/console/security', name: 'Security' },
] as const;
/** Also for who does not agree to a new version. */
const LEAVE_PAGE = '/console/profile/delete';
const DESK = { to: '/desk', name: 'Desk' } as const;

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const leaves = new URL(request.url).pathname === LEAVE_PAGE;
  const who = await signedIn(request, context, leaves ? { besides: ['agreement'] } : {});
  const { console, billing, publishing } = context.get(siteContext).parts;
  const accounts = await console.accountsOf(who);
  // Whoever has several chooses: none of them is taken for granted.
  const only = accounts.length === 1 ? accounts[0] : undefined;
  const current = accounts.find(({ id }) => id === params.account) ?? only;
  const places = ACCOUNT_PAGES.filter(
    ({ path, for: what }) =>
      current !== undefined && may(current.role, what) && (billing !== 'off' || path !== CREDIT),
  ).map(({ path, name }) => ({
    to: `/console/${current?.id}${path}`,
    name: path === CREDIT && billing === 'budget_only' ? 'Used' : name,
  }));
  return {
    accounts,
    current,
    places,
    isStaff: who.staffRole !== null,
    ...(current === undefined ? NOT_HELD : await holdingBack(context, who, current.id)),
    mayPay: current !== undefined && may(current.role, 'manage_money'),
    news: publishing.pages.news().filter(({ state }) => state === 'waits'),
    unreached: (await context.get(siteContext).parts.signIn.isMailRefused(who)) ? who.email : null,
  };
}

const NOT_HELD = { suspension: null, unpaidRpm: null, keptUntil: null } as const;

async function holdingBack(context: Route.LoaderArgs['context'], who: SignedIn, account: string) {
  const { suspension: found, ...rest } = await context
    .get(siteContext)
    .parts.console.holdingBack(who, account);
  return { suspension: found && { ...found, since: found.since.toISOString().slice(0, 10) }, ...rest };
}

export default function ConsoleFrame({
  loaderData: {
    accounts,
    current,
    places,
    isStaff,
    suspension,
    unpaidRpm,
    keptUntil,
    mayPay,
    news,
    unreached,
  },
}: Route.ComponentProps) {
  return (
    <div className="console">
      <nav className="console-places" aria-label="Console">
        {current !== undefined && (
          <>
            <p className="console-where">{current.name}</p>
            <Places places={places} />
          </>
        )}
        {accounts.length > 1 && (
          <>
            <p className="console-where">{current === undefined ? 'Accounts' : 'Other accounts'}</p>
            <Places
              places={accounts
                .filter(({ id }) => id !== current?.id)
                .map((one) => ({ to: `/console/${one.id}`, name: one.name }))}
            />
          </>
        )}
        <p className="console-where">You</p>
        <Places places={isStaff ? [...OWN_PAGES, DESK] : OWN_PAGES} />
        <form method="post" action="/sign-out">
          <button className="plain-button" type="submit">
            Sign out
          </button>
        </form>
      </nav>
      <div className="console-page">
        {suspension !== null && <SuspensionNote {...suspension} />}
        {unpaidRpm !== null && current !== undefined && (
          <UnpaidNote account={current.id} requestsPerMinute={unpaidRpm} mayPay={mayPay} />
        )}
        {keptUntil !== null && <KeptNote until={keptUntil} />}
        {unreached !== null && <Unreached email={unreached} />}
        <ComingChanges news={news} />
        <Outlet />
      </div>
    </div>
  );
}

/** Whoever belongs to the account knows that what they send is kept (INFER-4). */
const KeptNote = ({ until }: { until: string }) => (
  <p className="note warn" role="status">
    An owner asked for the requests of this account to be kept, with their answers, until{' '}
    <Moment iso={until} /> UTC.
  </p>
);

const Unreached = ({ email }: { email: string }) => (
  <p className="note warn" role="status">
    Our last mail to <strong>{email}</strong> was refused there. Is the address still yours?{' '}
    <a href="/console/security#change">Use another one</a>, or ask whoever keeps your mailbox.
  </p>
);

function Places({ places }: { places: readonly { readonly to: string; readonly name: string }[] }) {
  const { pathname } = useLocation();
  // The longest that one is below: an account's overview is above its other pages.
  const here = places
    .filter(({ to }) => pathname === to || pathname.startsWith(`${to}/`))
    .sort((one, other) => other.to.length - one.to.length)[0];
  return (
    <ul>
      {places.map(({ to, name }) => (
        <li key={to}>
          <a href={to} aria-current={to === here?.to ? 'page' : undefined}>
            {name}
          </a>
        </li>
      ))}
    </ul>
  );
}
