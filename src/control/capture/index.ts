/**
 * Debug capture (INFER-4): off unless an owner consents for their account, for at most seven days. The gateway seals what it
 * keeps before it leaves it, for a key that lies in the key store and is destroyed at the end; control cannot read any of it
 * but by the two doors of this folder: the owners' page, and a look of the staff that stands in the record first.
 */
import type { ConsentPurpose } from '../../store/map/words.ts';
import type { Store, Tx } from '../../store/store.ts';
import { ownersOf } from '../accounts/index.ts';
import { minuteOf } from '../minute.ts';
import type { Notices } from '../notices/index.ts';
import { outward } from '../outward.ts';
import { Rounds } from '../rounds.ts';
import { beginCapture, endCaptures } from './begin.ts';
import { endOver } from './end-over.ts';
import { forCaptureDesk } from './for-desk.ts';
import type { CaptureParts } from './parts.ts';
import { Intake } from './take.ts';

export type { CaptureDesk } from './for-desk.ts';
export {
  type CapturePage,
  captureNow,
  capturePages,
  type ListedRequest,
  type ShownCapture,
} from './for-pages.ts';
export type { Captured } from './take.ts';

const ROUND_MS = 60_000;
const PURPOSE: ConsentPurpose = 'debug_capture';

/** An answer to a text of consent, as far as captures go by it. */
interface Given {
  readonly id: string;
  readonly purpose: ConsentPurpose;
  readonly account: string | null;
  readonly at: Date;
  readonly expiresAt: Date | null;
}

interface WithConsent {
  readonly store: Store;
  readonly notices: Notices;
  readonly siteUrl: string;
}

/** What begins and ends with the consent, in its transaction; every owner hears of it, whoever entered it. */
export const captureWithConsent = ({ store, notices, siteUrl }: WithConsent) => ({
  onGiven: async (tx: Tx, { id, purpose, account, at, expiresAt }: Given): Promise<void> => {
    if (purpose !== PURPOSE || account === null || expiresAt === null) return;
    await beginCapture(tx, store, { id, account, at: at.getTime(), until: expiresAt.getTime() });
    const url = `${siteUrl}/console/${outward('acct', account)}/capture`;
    const values = { until: minuteOf(expiresAt.getTime()), url };
    for (const person of await ownersOf(tx, account))
      await notices.send(tx, { template: 'requests_kept', person, values });
  },
  onWithdrawn: async (tx: Tx, purpose: ConsentPurpose, account: string): Promise<void> => {
    if (purpose === PURPOSE) await endCaptures(tx, store, account);
  },
});

export function openCaptures(parts: CaptureParts) {
  const intake = new Intake(parts);
  const rounds = new Rounds({
    everyMs: ROUND_MS,
    work: () => endOver(parts),
    log: parts.services.log,
  });
  return {
    take: intake.take.bind(intake),
    desk: forCaptureDesk(parts),
    start: () => rounds.start(),
    stop: async () => {
      await rounds.stop();
      await intake.idle();
    },
  };
}
