/** Requests that are kept to find a fault: by consent, sealed, for a limited time (INFER-4). */
import { broken, type Check, countOf, kept, noneOf } from '../check.ts';
import { walkOf } from '../walk.ts';

/** Keys are destroyed within a minute of their end; another for a round that waits. */
const LATE_MS = 3 * 60_000;

export const captures: Check = {
  id: 'captures',
  clauses: ['INFER-4'],
  pace: 'minutes',
  restsOn: ['record'],
  probe:
    'Compares what gateways are told to keep with the consents that stand, and looks for keys that open past the end of theirs, and for captures that last too long.',
  async look({ services, store, rows }) {
    const rest = await rows<{ id: string; account: string; late: boolean; long: boolean }>(
      `select replace(c.id::text, '-', '') as id, replace(c.account_id::text, '-', '') as account,
              c.until < $1 as late, c.until > c.started_at + interval '7 days 1 minute' as long
         from capture c`,
      [new Date(store.now() - LATE_MS)],
    );
    const standing = new Set(
      (
        await rows<{ id: string }>(
          `select replace(id::text, '-', '') as id from consent where purpose = 'debug_capture' and answer = 'given'
             and withdrawn_at is null and expires_at > now()`,
        )
      ).map(({ id }) => id),
    );
    const told = [...services.directory.accounts()].filter(({ capture }) => capture !== null);
    const without = told.filter(({ capture }) => capture !== null && !standing.has(capture.id));
    const late = rest.filter((each) => each.late && store.keys.has('capture', each.id));
    const long = rest.filter((each) => each.long);
    return noneOf(
      [
        ...without.map(() => 'requests of an account are kept without a consent that stands'),
        ...late.map(() => 'a key opens requests after their time'),
        ...long.map(() => 'requests are kept for longer than seven days'),
      ],
      `Requests of ${countOf(told.length, 'account')} are being kept, each by a consent that stands; no key opens anything after its time, of ${countOf(rest.length, 'capture')} of the last month.`,
    );
  },
};

export const captureWalk: Check = {
  id: 'capture-walk',
  clauses: ['INFER-4'],
  pace: 'day',
  probe:
    'A probe sends requests before it agrees to their being kept, meanwhile and afterwards; reads one, tries the door of staff to it, takes it back, and tries to read it again.',
  async look(eyes, signal) {
    const { captured } = await walkOf(eyes, signal);
    return captured.length > 0
      ? broken(`${captured.join('; ')}.`)
      : kept(
          'What came before the consent and after it was not kept. What was kept lay sealed, opened for its owner alone, at the desk for nobody who is no staff, and does not open any more: its key is destroyed.',
        );
  },
};
