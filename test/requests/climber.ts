/** Somebody who has lost their mailbox and climbs the ladder of proof: by the page's forms, and by the command that it shows. */

import { codeAt, stepAt } from '../../src/control/sign-in/totp.ts';
import type { Browser } from '../sign-in/browser.ts';
import type { TestControl } from '../support/control.ts';
import { requestsOf } from './people.ts';

export interface Key {
  readonly id: string;
  readonly secret: string;
}

/** As if nobody had asked before: limits that are held in memory are forgotten by a start. */
export async function beginAnew(control: TestControl): Promise<void> {
  await control.stop();
  for (const table of ['proof_ladder', 'proof_tally', 'privacy_request_step', 'privacy_request', 'mail'])
    await control.sql(`delete from ${table}`);
  await control.sql("delete from record_entry where kind = 'request'");
  await control.start();
}

export function climberOf(control: Pick<TestControl, 'settings' | 'sql' | 'admin'>) {
  const site = requestsOf(control);
  const challenge = async (path: string): Promise<string> => {
    const html = await (await site.post(null, path, { do: 'challenge' })).text();
    const [, found] = /challenge=([\w-]{43})/.exec(html) ?? [];
    if (found === undefined) throw new Error(`no challenge in: ${html}`);
    return found;
  };
  const send = (text: string, key: string) =>
    fetch(`${control.settings.siteUrl}/api/privacy/requests/proof`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: new URLSearchParams({ challenge: text }),
    });
  return {
    challenge,
    /** The command, as it is shown. */
    send,
    /** Asks for a command and runs it. */
    byKey: async (path: string, key: string) => send(await challenge(path), key),
    /** What the answer to a command says. */
    told: async (answer: Response) =>
      (await answer.json()) as { needed: number; waits_until: string; code: string | null },
    byCode: (path: string, code: string) => site.post(null, path, { do: 'recovery_code', code }),
    byFacts: (path: string, facts: Readonly<Record<string, string>>) =>
      site.post(null, path, { do: 'facts', made: '', key_name: '', credit_on: '', credit: '', ...facts }),
    async key(account: string, more: object = {}): Promise<Key> {
      const { body } = await control.admin('POST', `/accounts/${account}/keys`, {
        name: 'Nightly zebra summaries',
        ...more,
      });
      return { id: body.id, secret: body.key };
    },
    async recoveryCodes(who: Browser): Promise<string[]> {
      const { secret } = (await who.post('/second-factor/begin')).body;
      const { body } = await who.post('/second-factor/confirm', { code: codeAt(secret, stepAt(Date.now())) });
      return body.recovery_codes ?? body.codes;
    },
    /** The time to object is over. */
    waitEnds: async () => {
      await control.sql(
        "update proof_ladder set waits_until = now() - interval '1 second' where waits_until is not null",
      );
      await control.sql("update privacy_request set next_at = now() where state = 'identity'");
    },
    stopLink: async (): Promise<string> => {
      const [, token] = /not-me\?token=([\w-]{43})/.exec(await site.letter('request_shown')) ?? [];
      if (token === undefined) throw new Error('no link to object');
      return token;
    },
    stop: (token: string) => site.post(null, `/privacy/requests/not-me?token=${token}`, { token }),
  };
}

/** The code of five groups that a page or an answer shows. */
export const codeIn = (text: string): string => {
  const [code] = /\b[a-z2-9]{4}(-[a-z2-9]{4}){4}\b/.exec(text) ?? [];
  if (code === undefined) throw new Error(`no code in: ${text}`);
  return code;
};

export const monthOf = (at: Date): string => at.toISOString().slice(0, 7);
export const THIS_MONTH = monthOf(new Date());
