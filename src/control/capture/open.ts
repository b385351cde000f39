/** Opens what a gateway kept: the account's key first, then the capture's, which is there until its end and no longer. */

import { type CapturedContent, openCaptured } from '../../link/captured.ts';
import { CannotOpen } from '../../link/hpke.ts';
import type { KeyStore } from '../../store/keys/key-store.ts';
import { Problem } from '../problem.ts';
import type { CapturedRequestRow } from './schema.ts';

/** `sealed`: what stood below the account's seal, in base64. Throws `Problem` 410 (`capture_over`), 409 (`unreadable`). */
export function openRequest(
  keys: Pick<KeyStore, 'key'>,
  { id, account, capture }: Pick<CapturedRequestRow, 'id' | 'account' | 'capture'>,
  sealed: string | null,
): CapturedContent {
  const key = keys.key('capture', capture);
  if (key === null)
    throw new Problem(
      410,
      'capture_over',
      'Its time is over, and its key is destroyed: nobody can open it any more.',
    );
  try {
    if (sealed === null) throw new CannotOpen('the outer seal does not open');
    return openCaptured(key, { account, capture, request: id }, Buffer.from(sealed, 'base64'));
  } catch (error) {
    if (!(error instanceof CannotOpen)) throw error;
    throw new Problem(409, 'unreadable', 'This request is damaged and cannot be opened. The others can.');
  }
}
