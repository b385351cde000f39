/** The newsletter as its pages call it, and the mails with its links, which go by themselves. */
import { blocksOf } from '../policy/index.ts';
import { Rounds } from '../rounds.ts';
import type { Caller } from '../sign-in/index.ts';
import { askForNewsletter, isOffered } from './newsletter-asked.ts';
import { type Confirmation, confirmNewsletter } from './newsletter-confirm.ts';
import { mailLinks } from './newsletter-mail.ts';
import type { PromotionParts } from './parts.ts';
import { CONFIRM_HOURS } from './schema.ts';

const LOOK_MS = 15_000;

export function openNewsletter(parts: PromotionParts) {
  const mails = new Rounds({
    everyMs: LOOK_MS,
    work: async (signal) => {
      if (!isOffered(parts)) return;
      while (!signal.aborted && (await mailLinks(parts, signal)));
    },
    log: parts.log,
  });
  return {
    start: () => mails.start(),
    stop: () => mails.stop(),
    pages: {
      /** The text that is consented to, without its title. */
      shown: () => {
        const { text, version } = parts.ledger.texts.current('promotional_mail');
        const [, ...blocks] = blocksOf(text, {});
        return { isOffered: isOffered(parts), text: blocks, version, hours: CONFIRM_HOURS };
      },
      ask: async (caller: Caller, form: unknown): Promise<void> => {
        await askForNewsletter(parts, caller, form);
        mails.wake();
      },
      confirm: (caller: Caller, form: Confirmation) => confirmNewsletter(parts, caller, form),
    },
  };
}

export type NewsletterPages = ReturnType<typeof openNewsletter>['pages'];
