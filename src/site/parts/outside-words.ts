/** Tasks in systems outside, in words: for whoever does them, and for whom they are about. */
import type { ShownRequest } from '../../control/requests/index.ts';

export type Outside = ShownRequest['outside'][number];

/** What is to be done, for whoever does it. */
export const TASKS: Readonly<Record<Outside['what'], string>> = {
  hand_in: 'Look for them, and hand in what is there',
  correct: 'Look for them, and correct it',
  restrict: 'Look for them, and see that their data are used for nothing',
  erase: 'Look for them, and erase what is there',
  stop: 'Look for them, and end the use',
};

const DONE: Readonly<Record<Outside['what'], string>> = {
  hand_in: 'found, and handed out here',
  correct: 'found, and corrected',
  restrict: 'found, and restricted',
  erase: 'found, and erased',
  stop: 'found, and the use is ended',
};

/** How it stands in one system. */
export function standingIn({ state, what }: Pick<Outside, 'state' | 'what'>): string {
  switch (state) {
    case 'open':
      return 'still open';
    case 'done':
      return DONE[what];
    case 'nothing_found':
      return 'nothing was found';
    case 'cannot':
      return 'not done, on a ground of the law';
    case 'run_out':
      return 'not done: nobody looked while it was still known whom to look for';
    case 'ended':
      return 'ended, because the request is over';
  }
}

export const TAGS: Readonly<Record<Outside['state'], string>> = {
  open: 'tag warn',
  done: 'tag good',
  nothing_found: 'tag good',
  cannot: 'tag bad',
  run_out: 'tag bad',
  ended: 'tag',
};
