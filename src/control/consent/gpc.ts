/** Global Privacy Control (W3C, https://www.w3.org/TR/gpc/): a browser's refusal and opt-out, by one header. */
import type { ConsentPurpose } from '../../store/map/words.ts';

/** What it refuses here: everything that rests on what a browser does. Mail is not a browser's business. */
export const GPC_REFUSES: readonly ConsentPurpose[] = ['measurement', 'tie_to_account', 'recommendations'];

/** Doubled headers arrive as "1, 1"; where they disagree, the refusal counts. */
export const sendsGpc = (headers: Headers): boolean =>
  (headers.get('sec-gpc') ?? '').split(',').some((each) => each.trim() === '1');
