/**
 * A request that an owner asked to be kept, to find a fault (INFER-4): what the gateway seals before it leaves, and what
 * it is bound to. The gateway has the public half alone, so that it cannot open what it sealed.
 */
import { openWith, sealFor } from './hpke.ts';
import type { Id } from './ids.ts';

/** Of what a client wrote, and of what it was told, so much is kept at most, in characters. */
export const CAPTURED_CHARACTERS_MAX = 1024 * 1024;
/** What is sealed, in bytes: both texts, unless escapes or long characters make them longer; then they are cut shorter. */
export const CAPTURED_BYTES_MAX = 5 * 1024 * 1024;

const INFO = Buffer.from('kept debug capture v1');

/** Which request of which capture of which account. */
export interface CapturedName {
  readonly account: Id;
  readonly capture: Id;
  readonly request: Id;
}

export interface CapturedContent {
  /** The body as it came. */
  readonly asked: string;
  /** The body of the answer, or its events. */
  readonly answered: string;
  /** Whether one of the two was longer than is kept. */
  readonly cut: boolean;
}

const boundTo = ({ account, capture, request }: CapturedName): Buffer =>
  Buffer.from(account + capture + request, 'hex');

/** Bytes that only the holder of the private half opens. */
export function sealCaptured(publicKey: Buffer, name: CapturedName, content: CapturedContent): Buffer {
  const plain = Buffer.from(bounded(content));
  const sealed = sealFor(publicKey, INFO, boundTo(name), plain);
  plain.fill(0);
  return sealed;
}

/** An eighth of a text is at most 768 KiB, though each of its characters be an escape. */
function bounded(content: CapturedContent): string {
  const whole = JSON.stringify(content);
  if (Buffer.byteLength(whole) <= CAPTURED_BYTES_MAX) return whole;
  const part = CAPTURED_CHARACTERS_MAX / 8;
  const { asked, answered } = content;
  return JSON.stringify({ asked: asked.slice(0, part), answered: answered.slice(0, part), cut: true });
}

/** Throws `CannotOpen`. */
export function openCaptured(privateKey: Buffer, name: CapturedName, sealed: Buffer): CapturedContent {
  return JSON.parse(openWith(privateKey, INFO, boundTo(name), sealed).toString()) as CapturedContent;
}
