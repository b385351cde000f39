/** Where the requests of an account may go, what is kept of them, and the agreement about it. */
import { may } from '../accounts/index.ts';
import { accept, acceptances, acceptedDocument, agreementHtml, agreementNow } from '../agreements/index.ts';
import { capturePages, type ListedRequest } from '../capture/index.ts';
import { answerTraining, dataTerms, setDataTerms, setObjections } from '../consent/index.ts';
import type { Caller } from '../sign-in/index.ts';
import { acting, type ConsoleParts, type Form, type Gate } from './gate.ts';

export function dataPages(parts: ConsoleParts, { seen, reading, changing }: Gate) {
  const { services, signIn } = parts;
  const captures = capturePages(parts);
  return {
    /** Where the account's requests may go. */
    terms: {
      read: reading('see', async ({ account, role }, mine) => ({
        ...(await dataTerms({ ...parts, services: mine }, account, Date.now())),
        maySet: may(role, 'set_data_terms'),
      })),
      set: changing('set_data_terms', (whose, form: Form) => setDataTerms(parts, acting(whose), form), {
        fresh: true,
      }),
      object: changing('set_data_terms', (whose, form: Form) => setObjections(parts, acting(whose), form), {
        fresh: true,
      }),
      answerTraining: changing(
        'set_data_terms',
        (whose, form: Form) => answerTraining(parts, acting(whose), form),
        { fresh: true },
      ),
    },
    /** Requests that are kept for a while, to find a fault (INFER-4). */
    capture: {
      read: reading('capture', ({ account, who }, mine) => captures.read(mine, account, who.person)),
      /** What one said. Wants a fresh sign-in. */
      request: (caller: Caller, id: string, request: string) =>
        seen(caller, id, 'capture', ({ account }, mine) => captures.request(mine, account, request), {
          fresh: true,
        }),
      /** Page after page of all that can be opened. Wants a fresh sign-in. */
      page: (caller: Caller, id: string, after: ListedRequest | null, limit: number) =>
        seen(caller, id, 'capture', ({ account }, mine) => captures.page(mine, account, after, limit), {
          fresh: true,
        }),
      begin: changing(
        'capture',
        (whose, form: Form) => captures.begin(whose.account, acting(whose).actor, form),
        { fresh: true },
      ),
      pause: changing('capture', ({ account }, stops: boolean) => captures.pause(account, stops)),
      end: changing('capture', (whose) => captures.end(whose.account, acting(whose).actor)),
    },
    /** The data processing agreement: what the account accepted, and what there is to accept. */
    agreement: {
      read: reading('see', async ({ account, role }, mine) => ({
        now: agreementNow(parts.agreements),
        accepted: await acceptances(mine, account),
        mayAccept: may(role, 'set_data_terms'),
      })),
      accept: changing(
        'set_data_terms',
        (whose, form: Form) => accept(parts.agreements, services, acting(whose), form),
        { fresh: true },
      ),
      /** Throws `Problem` 404. */
      file: reading('see', async ({ account }, mine, version: string, as: 'md' | 'html') => {
        const document = await acceptedDocument(mine, account, version);
        return as === 'md' ? document : agreementHtml(document, signIn.settings.siteUrl);
      }),
    },
  };
}
