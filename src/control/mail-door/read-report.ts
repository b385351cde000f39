/**
 * What a report says about a mail of ours: that it came back for good (RFC 3464), or that whoever got it complained of it
 * (RFC 5965). Pure. Only words of closed lists are taken out of it; whom it names is not looked at.
 */
import { simpleParser } from 'mailparser';
import type { ReportKind } from '../promotion/index.ts';

/** RFC 5965, 7.3, and what older senders wrote: `not-spam` takes a complaint back, and others are about us. */
const COMPLAINTS: ReadonlySet<string> = new Set(['abuse', 'fraud', 'virus', 'other', 'opt-out']);
const PART_BYTES_MAX = 50_000;

/** Of a mail that says it is a report (RFC 6522). Null: of something that passes (a delay, a delivery), or of nothing known. */
export async function reportIn(raw: Buffer): Promise<ReportKind | null> {
  const parsed = await simpleParser(raw, { keepDeliveryStatus: true, skipTextToHtml: true }).catch(
    () => null,
  );
  if (parsed === null) return null;
  const part = (kind: string): string | null => {
    const found = parsed.attachments.find(({ contentType }) => contentType.toLowerCase() === kind);
    return found === undefined ? null : found.content.subarray(0, PART_BYTES_MAX).toString('latin1');
  };
  const complaint = part('message/feedback-report');
  if (complaint !== null) return complainsIn(complaint) ? 'complained' : null;
  const status = part('message/delivery-status') ?? part('message/global-delivery-status');
  return status !== null && failsIn(status) ? 'bounced' : null;
}

function complainsIn(part: string): boolean {
  const [kind] = fieldsIn(part).get('feedback-type') ?? [];
  return kind !== undefined && COMPLAINTS.has(kind.toLowerCase());
}

/** Of each recipient (RFC 3464, 2.3): given up, with a status that does not pass (RFC 3463: class 5). */
const failsIn = (part: string): boolean =>
  part
    .replaceAll('\r\n', '\n')
    .split(/\n\s*\n/)
    .map(fieldsIn)
    .some(
      (fields) =>
        fields.get('action')?.[0]?.toLowerCase() === 'failed' && fields.get('status')?.[0]?.startsWith('5.'),
    );

/** Names in small letters; comments are none of a value. */
function fieldsIn(part: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  for (const line of part
    .replaceAll('\r\n', '\n')
    .replaceAll(/\n[ \t]+/g, ' ')
    .split('\n')) {
    const [, name, value = ''] = /^([\w-]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const key = name.toLowerCase();
    fields.set(key, [...(fields.get(key) ?? []), value.replaceAll(/\([^)]*\)/g, '').trim()]);
  }
  return fields;
}
