/** An appeal that nobody of the staff may decide, and somebody from outside who is invited for it. */
import { codeAt, stepAt } from '../../src/control/sign-in/totp.ts';
import type { Browser } from '../sign-in/browser.ts';
import type { MailServer } from '../sign-in/mail-server.ts';
import type { TestControl } from '../support/control.ts';
import { codeIn } from './climber.ts';
import { requestsOf } from './people.ts';

export const OUTSIDER = { name: 'Grace Example', email: 'grace@outside.example' };

export function invitedIn(control: Pick<TestControl, 'settings' | 'sql' | 'admin'>, mails: MailServer) {
  const site = requestsOf(control);
  const desk = (who: Browser | null, id: string, form: Record<string, string>) =>
    site.post(who, `/desk/requests/${id}`, form);
  return {
    desk,
    /** Refused by `first` and appealed: the request's id and the path of its page. */
    async appealed(ada: Browser, first: Browser): Promise<{ id: string; path: string }> {
      const path = await site.asked(ada, 'correct', { words: 'The credit of March is 20, not 10' });
      const { id } = await site.newest();
      const decision = { decision: 'refused', ground: 'would_be_wrong', words: 'One payment of 10.' };
      const decided = await desk(first, id, { do: 'decide', ...decision });
      if (decided.status !== 303) throw new Error(await decided.text());
      await site.post(null, path, { do: 'appeal', words: 'I paid twice' });
      return { id, path };
    },
    invite: (who: Browser | null, id: string, more: Partial<typeof OUTSIDER> = {}) =>
      desk(who, id, { do: 'invite', ...OUTSIDER, ...more }),
    /** The page of the invitation, out of the mail. */
    async link(): Promise<string> {
      const mail = await mails.next(OUTSIDER.email);
      const [path] = /\/appeals\/[\w-]{43}/.exec(mail.text ?? '') ?? [];
      if (path === undefined) throw new Error(`no link in: ${mail.text}`);
      return path;
    },
    begin: (path: string, handover: string, duty = '1') =>
      site.post(null, path, { do: 'begin', handover, duty }),
    code: (path: string, what: 'confirm' | 'open', code: string) => site.post(null, path, { do: what, code }),
    decide: (path: string, code: string, decision = 'whole') =>
      site.post(null, path, {
        do: 'decide',
        decision,
        words: 'They did pay twice.',
        item: '',
        value: '',
        code,
      }),
    /** Codes of time are each taken once: the next one counts as one. */
    letTimePass: () => control.sql('update outsider set last_step = last_step - 2 where last_step > 0'),
    async enrol(path: string, handover: string): Promise<string> {
      const secret = secretIn(
        await (await site.post(null, path, { do: 'begin', handover, duty: '1' })).text(),
      );
      const answer = await site.post(null, path, { do: 'confirm', code: nowCode(secret) });
      if (answer.status !== 303) throw new Error(await answer.text());
      await control.sql('update outsider set last_step = last_step - 2 where last_step > 0');
      return secret;
    },
  };
}

export const nowCode = (secret: string): string => codeAt(secret, stepAt(Date.now()));
export const handoverIn = (html: string): string => codeIn(html);
export const secretIn = (html: string): string => {
  const [, found] = /<code>((?:[A-Z2-7]{4} ?){8})<\/code>/.exec(html) ?? [];
  if (found === undefined) throw new Error(`no secret in: ${html}`);
  return found.replaceAll(' ', '');
};
