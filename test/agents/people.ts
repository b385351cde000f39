/** Agents at the web's door: forms with a file as a browser without a script sends them. */
import type { Browser } from '../sign-in/browser.ts';
import type { TestControl } from '../support/control.ts';

const AGENT = '/privacy/requests/agent';
export const PDF = Buffer.from('%PDF-1.7\n1 0 obj << /Signed (Ada) >> endobj\n%%EOF');

export function agentsOf({ settings: { siteUrl } }: Pick<TestControl, 'settings'>) {
  const send = (form: Readonly<Record<string, string>>, file: Uint8Array | null, name: string) => {
    const body = new FormData();
    const all = {
      right: 'access',
      place: 'unsaid',
      agent: 'Lovelace & Co.',
      authority: 'signed_permission',
      ...form,
    };
    for (const [key, value] of Object.entries(all)) body.append(key, value);
    body.append('proof', new Blob(file === null ? [] : [Uint8Array.from(file)]), name);
    return fetch(siteUrl + AGENT, { method: 'POST', redirect: 'manual', headers: { origin: siteUrl }, body });
  };
  return {
    send: (form: Readonly<Record<string, string>>, file: Uint8Array | null = null, name = 'proof.pdf') =>
      send(form, file, name),
    /** Taken up: the path of its page. */
    async asked(form: Readonly<Record<string, string>>, file: Uint8Array | null = null): Promise<string> {
      const answer = await send(form, file, 'proof.pdf');
      const path = answer.headers.get('location');
      if (answer.status !== 303 || path === null) throw new Error(`${answer.status}: ${await answer.text()}`);
      return path;
    },
    download: (who: Pick<Browser, 'cookie'>, id: string, origin = siteUrl) =>
      fetch(`${siteUrl}/desk/requests/${id}/proof`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: who.cookie, origin },
      }),
  };
}
