/** A site where signing up needs an invitation, with mail by a real server, and Ada, who invites others into her account. */
import { tokenIn } from '../sign-in/mail-server.ts';
import { type Visitor, visitor } from './members.ts';
import { alertOf, send } from './memberships.ts';
import { startSiteWithMails } from './site.ts';

export type Inviting = Awaited<ReturnType<typeof startInviting>>;

export async function startInviting() {
  await using started = new AsyncDisposableStack();
  const { mails, control, browser, site, stop } = await startSiteWithMails({
    signUp: { mode: 'invite', domains: [], credit: 0 },
  });
  started.defer(stop);
  const ada = await visitor(browser, control, 'ada@example.org');
  const eve = await visitor(browser, control, 'eve@example.org');
  /** The page of the members of Ada's account. */
  const place = `${site}/console/${ada.account}/members`;
  /** The page that a link opens. */
  const join = (token: string): string => `${site}/join?token=${token}`;
  /** Ada sends the form. */
  const invite = (email: string, role = 'developer') => send(ada, `${place}/invite`, { email, role });
  const all = started.move();
  return {
    mails,
    control,
    browser,
    site,
    ada,
    /** Somebody else. */
    eve,
    place,
    join,
    invite,
    /** The token that the mail to them holds. */
    async tokenFor(email: string, role = 'developer'): Promise<string> {
      const answer = await invite(email, role);
      if (answer.status() !== 303) throw new Error(`${answer.status()}: ${await alertOf(answer)}`);
      return tokenIn(await mails.next(email));
    },
    accept: (who: Pick<Visitor, 'page'>, token: string) =>
      send(who, join(token), { token, answer: 'accept' }),
    /** What is left of each invitation. */
    rows: () =>
      control.sql(
        'select state, email is null as empty, invited_id is null as unknown from membership_invitation',
      ),
    /** Each test has its day of its own, and fresh sign-ins. */
    async anotherDay(): Promise<void> {
      await control.sql('update session set authenticated_at = now()');
      await control.sql('delete from membership_invitation');
      mails.mails.length = 0;
    },
    stop: () => all.disposeAsync(),
  };
}
