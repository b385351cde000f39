/**
 * The key that this page asks the gateway with: made by the site for the person who is signed in, held in memory only,
 * over within minutes and then made anew.
 */
import { CONFIRM_PAGE } from '../places.ts';
import type { Failure } from './conversation.ts';

/** A request that is sent now still arrives before the key ends. */
const SPARE_MS = 15_000;
const WAIT_MS_MAX = 3_000;

/** Something that the person is told. */
export class Failed extends Error {
  override readonly name = 'Failed';
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export class PlaygroundKey {
  readonly #account: string;
  #held: { readonly text: string; readonly endsAt: number } | null = null;

  constructor(account: string) {
    this.#account = account;
  }

  /** Throws `Failed`, or what `fetch` throws when `signal` ends it. */
  async get(signal: AbortSignal): Promise<string> {
    if (this.#held !== null && performance.now() < this.#held.endsAt) return this.#held.text;
    let answer = await this.#ask(signal);
    const seconds = Number(answer.headers.get('retry-after'));
    if (answer.status === 429 && seconds * 1_000 <= WAIT_MS_MAX) {
      await pause(seconds * 1_000, signal);
      answer = await this.#ask(signal);
    }
    if (answer.status !== 201) throw new Failed(await this.#refused(answer));
    const { key, expires_at } = (await answer.json()) as { key: string; expires_at: string };
    // By the server's clock on both sides: the browser's may be wrong.
    const lives = Date.parse(expires_at) - Date.parse(answer.headers.get('date') ?? expires_at);
    this.#held = { text: key, endsAt: performance.now() + lives - SPARE_MS };
    return key;
  }

  /** The gateway does not take it any more. */
  drop(): void {
    this.#held = null;
  }

  async #ask(signal: AbortSignal): Promise<Response> {
    try {
      return await fetch(`/api/accounts/${this.#account}/playground-key`, { method: 'POST', signal });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new Failed({
        message: 'This site cannot be reached. Look whether you are online, then ask again.',
        code: null,
        requestId: null,
      });
    }
  }

  async #refused(answer: Response): Promise<Failure> {
    const error = await errorIn(answer);
    const code: string | null = error?.code ?? null;
    const here = `/console/${this.#account}/playground`;
    const place =
      code === 'not_signed_in'
        ? { href: `/sign-in?next=${here}`, name: 'Sign in' }
        : code === 'too_old'
          ? { href: `${CONFIRM_PAGE}?next=${here}`, name: 'Confirm that it is you' }
          : undefined;
    return {
      message: error?.message ?? 'No key could be made for this page. Try again in a moment.',
      code,
      requestId: null,
      ...(place !== undefined && { place }),
    };
  }
}

/** What a server says in its JSON of why not; both the site's and the gateway's have these two. */
export async function errorIn(answer: Response): Promise<{ code?: string; message?: string } | undefined> {
  try {
    return ((await answer.json()) as { error?: { code?: string; message?: string } }).error;
  } catch {
    return undefined;
  }
}

export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
