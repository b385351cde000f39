/**
 * A request of an account whose owner asked for its requests to be kept for a while, to find a fault (INFER-4). What it
 * said and what it was told are held until its reply has ended, sealed for a key that this process does not have, and
 * handed to control at once or not at all: nothing of them waits here.
 */
import { CAPTURED_CHARACTERS_MAX, sealCaptured } from '../link/captured.ts';
import type { Capture } from '../link/words.ts';
import type { ClientConnection, Overhears } from './client-connection.ts';
import type { Asked } from './infer.ts';
import type { Services } from './services.ts';

/** Of all requests that are held at a time, in bytes; more are not kept. */
const HELD_BYTES_MAX = 64 * 1024 * 1024;
let heldBytes = 0;

/** Keeps a request from here on, where an owner asked for it. `body` is copied, cut where it is too long. */
export function captureRequest(
  services: Services,
  client: ClientConnection,
  asked: Asked,
  body: Buffer,
): void {
  const { capture } = asked.key.account.state;
  if (capture === null || Date.now() >= capture.until) return;
  if (heldBytes + Math.min(body.length, CAPTURED_CHARACTERS_MAX) > HELD_BYTES_MAX) {
    services.metrics.add('kept_captures_total', { result: 'dropped' });
    return;
  }
  client.overheardBy(new CapturedRequest(services, asked, capture, body));
}

class CapturedRequest implements Overhears {
  readonly #services: Services;
  readonly #asked: Asked;
  readonly #capture: Capture;
  readonly #at = Date.now();
  readonly #body: Buffer;
  #status = 0;
  #text = '';
  /** One character a byte. */
  #events = '';
  #cut: boolean;

  constructor(services: Services, asked: Asked, capture: Capture, body: Buffer) {
    this.#services = services;
    this.#asked = asked;
    this.#capture = capture;
    this.#body = Buffer.from(body.subarray(0, CAPTURED_CHARACTERS_MAX));
    this.#cut = body.length > CAPTURED_CHARACTERS_MAX;
    heldBytes += this.#body.length;
  }

  replied(status: number, text: string): void {
    this.#status = status;
    this.#text = this.#within(text, 0);
  }

  streamed(events: string): void {
    this.#status = 200;
    this.#events += this.#within(events, this.#events.length);
  }

  ended(): void {
    const { link, metrics } = this.#services;
    const result = this.#isWanted() && link.captured(this.#sealed()) ? 'handed_over' : 'dropped';
    metrics.add('kept_captures_total', { result });
    heldBytes -= this.#body.length + this.#text.length + this.#events.length;
    this.#body.fill(0);
    this.#text = '';
    this.#events = '';
  }

  /** Cuts what would be longer than is kept. */
  #within(text: string, before: number): string {
    const room = Math.min(CAPTURED_CHARACTERS_MAX - before, Math.max(0, HELD_BYTES_MAX - heldBytes));
    const part = text.length <= room ? text : text.slice(0, room);
    this.#cut ||= part.length < text.length;
    heldBytes += part.length;
    return part;
  }

  /** Not any more where it ended or was taken back while the request ran. */
  #isWanted(): boolean {
    const now = this.#asked.key.account.state.capture;
    return now !== null && now.id === this.#capture.id && Date.now() < now.until;
  }

  #sealed(): Parameters<Services['link']['captured']>[0] {
    const { key, id: request, endpoint } = this.#asked;
    const name = { account: key.state.account, capture: this.#capture.id, request };
    const answered = this.#events === '' ? this.#text : Buffer.from(this.#events, 'latin1').toString();
    const sealed = sealCaptured(Buffer.from(this.#capture.key, 'hex'), name, {
      asked: this.#body.toString(),
      answered,
      cut: this.#cut,
    });
    return { ...name, endpoint, at: this.#at, status: this.#status, sealed: sealed.toString('base64') };
  }
}
