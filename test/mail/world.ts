/** A desk that sends campaigns, people who said yes to them, and what became of it. */
import { openSite } from '../../src/site/server.ts';
import { hire, officeOf } from '../outside/office.ts';
import type { Browser } from '../sign-in/browser.ts';
import { type MailServer, startMailServer } from '../sign-in/mail-server.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { testDkim } from './signing.ts';

export const WORDS = {
  subject: 'Two new models',
  words: 'They are here.\n\nSee https://example.org/models?a=1&b=2.',
};

export interface World {
  readonly postgres: TestPostgres;
  readonly mails: MailServer;
  readonly control: TestControl;
  readonly admin: Browser;
  readonly dkim: ReturnType<typeof testDkim>;
  stop(): Promise<void>;
}

export async function startWorld(more: Parameters<typeof startTestControl>[1] = {}): Promise<World> {
  const [postgres, mails] = await Promise.all([startPostgres(), startMailServer()]);
  const dkim = testDkim();
  const mail = { smtpUrl: mails.url, from: 'Kept <no-reply@example.org>', dkim, campaignsPerSecond: 1000 };
  const control = await startTestControl(postgres, { mail, ...more }, openSite);
  const admin = await hire(control, 'boss', 'admin');
  return {
    postgres,
    mails,
    control,
    admin,
    dkim,
    async stop() {
      await control.end();
      await Promise.all([postgres.stop(), mails.stop()]);
    },
  };
}

/** Somebody who said yes. */
export async function willing(control: TestControl, email: string): Promise<Browser> {
  const one = await somebody(control, email);
  await answer(control, one, 'given');
  return one;
}

export async function answer(control: TestControl, who: Browser, word: 'given' | 'refused'): Promise<void> {
  const form = { promotional_mail: word, promotional_mail_version: '2' };
  const { status } = await officeOf(control).post(who, '/privacy/choices', form);
  if (status !== 303) throw new Error(`answered ${status}`);
}

export const campaignsOf = ({ control, admin }: Pick<World, 'control' | 'admin'>) => {
  const { post } = officeOf(control);
  const at = (id: string) => `/desk/campaigns/${id}`;
  const tell = (id: string, what: string, more = {}) => post(admin, at(id), { do: what, ...more });
  const stateOf = async (id: string): Promise<string> => {
    const [row] = await control.sql<{ state: string }>('select state from campaign where id = $1::uuid', [
      id,
    ]);
    return row?.state ?? '';
  };
  return {
    tell,
    stateOf,
    async written(words: Readonly<Record<string, string>> = WORDS): Promise<string> {
      const { status, headers } = await post(admin, '/desk/campaigns/new', words);
      if (status !== 303) throw new Error(`answered ${status}`);
      return headers.get('location')?.split('/').at(-1) ?? '';
    },
    /** Resolves when it is over. */
    async done(id: string): Promise<void> {
      for (let tries = 0; (await stateOf(id)) !== 'done'; tries++) {
        if (tries > 400) throw new Error(`it is ${await stateOf(id)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
};

/** Who was sent promotional mail, in the order of the alphabet. */
export const sentTo = (mails: MailServer): string[] =>
  mails.mails
    .filter((mail) => mail.headers.has('list'))
    .map((mail) => (Array.isArray(mail.to) ? mail.to[0] : mail.to)?.value[0]?.address ?? '')
    .sort();

/** The link to unsubscribe of a mail. */
export const linkIn = (text: string | undefined): string => {
  const [link] = /http:\S+\/unsubscribe\/[\w-]{43}/.exec(text ?? '') ?? [];
  if (link === undefined) throw new Error(`no link in: ${text}`);
  return link;
};
