/** Mail that no person wrote is never answered, so that two machines do not write to each other (RFC 3834). Pure. */
import type { AutomaticReason } from './read-mail.ts';

interface Senders {
  readonly from: string | null;
  readonly envelopeFrom: string | null;
  /** Our own address. */
  readonly own: string;
}

const DAEMONS = /^(?:mailer-daemon|postmaster|double-bounce|bounces?|no-?reply|do-?not-?reply)(?:[+@].*)?$/;

/** `headers`: names in small letters. */
export function automaticReason(
  headers: ReadonlyMap<string, string>,
  { from, envelopeFrom, own }: Senders,
): AutomaticReason | null {
  const submitted = headers.get('auto-submitted')?.toLowerCase();
  if (submitted !== undefined && !submitted.startsWith('no')) return 'auto_submitted';
  if (['x-autoreply', 'x-autorespond'].some((name) => headers.has(name))) return 'auto_submitted';
  if (envelopeFrom === '' || headers.get('return-path') === '<>') return 'bounce';
  if (headers.get('content-type')?.toLowerCase().startsWith('multipart/report')) return 'bounce';
  if (from !== null && DAEMONS.test(from)) return 'bounce';
  if (headers.has('list-id') || headers.has('list-unsubscribe')) return 'bulk';
  if (/^(?:bulk|list|junk)$/i.test(headers.get('precedence') ?? '')) return 'bulk';
  return from === own ? 'own_mail' : null;
}
