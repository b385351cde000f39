/** What happens to somebody from their invitation to their deletion: one walk of a probe, seen by several checks. */
import { type Check, countOf, noneOf } from '../check.ts';
import { walkOf } from '../walk.ts';

export const profile: Check = {
  id: 'profile',
  clauses: ['ACCESS-1'],
  pace: 'day',
  probe:
    'Signs in as a probe and compares the page about one’s data with the rows that name the probe, as they lie in every table.',
  async look(eyes, signal) {
    const { profile: wrong, held } = await walkOf(eyes, signal);
    return noneOf(
      wrong.map((each) => `The page about one’s data: ${each}`),
      `What ${countOf(held.length, 'table')} hold about a probe is all on its page, but what the data map says is not shown, and why.`,
    );
  },
};

export const communications: Check = {
  id: 'communications',
  clauses: ['COLLECT-2', 'COLLECT-8'],
  pace: 'day',
  probe:
    'Writes to us as a probe, looks for what was written among its messages and its data, and for the source of everything that is held.',
  async look(eyes, signal) {
    const { written } = await walkOf(eyes, signal);
    return noneOf(
      written,
      'What a probe wrote is in one place, among what is held about it, and goes with it; everything that is held says where it came from.',
    );
  },
};

export const probeSealed: Check = {
  id: 'probe-sealed',
  clauses: ['SECURE-3'],
  pace: 'day',
  probe: 'Searches everything that was stored since for name, address and words of a probe.',
  async look(eyes, signal) {
    const { sealed, reach } = await walkOf(eyes, signal);
    return noneOf(sealed, `Name, address and words of a probe lie nowhere as they are in ${reach}`);
  },
};

export const leaving: Check = {
  id: 'leaving',
  clauses: ['ACCESS-3'],
  pace: 'day',
  probe:
    'Reads as a probe what is said before an account is deleted, asks for it, and tries its key afterwards.',
  async look(eyes, signal) {
    const { leaving: wrong } = await walkOf(eyes, signal);
    return noneOf(
      wrong,
      'Before, the page says that everything goes with the account; afterwards its key does not work any more.',
    );
  },
};

export const gone: Check = {
  id: 'gone',
  clauses: ['RETAIN-2', 'COLLECT-2'],
  pace: 'day',
  probe: 'Erases a probe, and looks for its rows, its keys and its sign-in.',
  async look(eyes, signal) {
    const { gone: left, held } = await walkOf(eyes, signal);
    return noneOf(
      left,
      `Of a probe that ${countOf(held.length, 'table')} held something of, no row is left, its keys are destroyed, and its sign-in is over.`,
    );
  },
};
