/** Whoever writes to us, by the form or by mail, and staff who answer at the desk: as forms and mails reach control. */
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { ControlSettings } from '../../src/control/settings.ts';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { type MailServer, startMailServer } from '../sign-in/mail-server.ts';
import { COMPANY } from '../support/company.ts';
import { freePort, startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres } from '../support/postgres.ts';

export type Who = Pick<Browser, 'cookie'> | null;
type Form = Readonly<Record<string, string>>;
export interface SentFile {
  readonly name: string;
  readonly bytes: Uint8Array | string;
}

export interface Office {
  readonly control: TestControl;
  readonly mails: MailServer;
  /** Throws what our mail server answers. */
  mail(message: SendMailOptions): Promise<void>;
  get(who: Who, path: string): Promise<Response>;
  page(who: Who, path: string): Promise<string>;
  post(who: Who, path: string, form: Form, origin?: string): Promise<Response>;
  /** A form with files. */
  send(who: Who, path: string, form: Form, files?: readonly SentFile[]): Promise<Response>;
  /** Ids of conversations, the oldest first. */
  conversations(): Promise<string[]>;
  stop(): Promise<void>;
}

export async function openOffice(settings: Partial<ControlSettings> = {}): Promise<Office> {
  await using started = new AsyncDisposableStack();
  const [postgres, mails, port] = await Promise.all([startPostgres(), startMailServer(), freePort()]);
  started.defer(() => Promise.all([postgres.stop(), mails.stop()]).then(() => {}));
  const listen = { host: '127.0.0.1', port, tls: null };
  const control = await startTestControl(
    postgres,
    { mail: { smtpUrl: mails.url, from: null }, mailDoor: { listen, imapUrl: null }, ...settings },
    openSite,
  );
  started.defer(() => control.end());
  const { siteUrl } = control.settings;
  const ask = (who: Who, path: string, init: RequestInit, origin = siteUrl) =>
    fetch(siteUrl + path, {
      redirect: 'manual',
      headers: { ...(who !== null && { cookie: who.cookie }), origin },
      ...init,
    });
  const all = started.move();
  return {
    control,
    mails,
    async mail(message) {
      const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
      try {
        await transport.sendMail({ to: COMPANY.policyEmail, ...message });
      } finally {
        transport.close();
      }
    },
    get: (who, path) => ask(who, path, {}),
    page: async (who, path) => (await ask(who, path, {})).text(),
    post: (who, path, form, origin) =>
      ask(who, path, { method: 'POST', body: new URLSearchParams(form) }, origin),
    send(who, path, form, files = []) {
      const body = new FormData();
      for (const [name, value] of Object.entries(form)) body.set(name, value);
      for (const [at, { name, bytes }] of files.entries())
        body.set(`file${at + 1}`, new Blob([Buffer.from(bytes)]), name);
      return ask(who, path, { method: 'POST', body });
    },
    conversations: async () => {
      const rows = await control.sql<{ id: string }>(
        "select replace(id::text, '-', '') as id from conversation order by created_at, id",
      );
      return rows.map(({ id }) => id);
    },
    stop: () => all.disposeAsync(),
  };
}

/** Of a form that anybody may send. */
export const written = (more: Form = {}): Form => ({
  kind: 'support',
  subject: 'No answer',
  words: 'My request is not answered.',
  ...more,
});
