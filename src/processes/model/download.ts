/** Fetches a file by HTTP into `part`, going on where an earlier attempt was cut off. */
import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ModelFile } from './model-file.ts';

export interface DownloadOptions {
  readonly part: string;
  /** Called with the bytes that are there. */
  readonly onBytes: (done: number) => void;
  readonly signal: AbortSignal;
}

/** Until an answer begins, in milliseconds: where the host cannot be reached the next source is tried soon. */
const ANSWER_MS_MAX = 5_000;
/** Between two pieces of an answer, in milliseconds. */
const SILENCE_MS_MAX = 30_000;
/** Attempts in a row that bring nothing new, once anything came; a source that brought nothing has one. */
const VAIN_ATTEMPTS_MAX = 2;

/** Rejects when the source cannot be reached, answers with an error, or keeps breaking off. */
export async function download(model: ModelFile, options: DownloadOptions): Promise<void> {
  let had = await sizeOf(options.part);
  if (had > model.bytes) {
    await rm(options.part);
    had = 0;
  }
  for (let vain = 0, gained = false; had < model.bytes; ) {
    const error = await attempt(model, had, options).then(
      () => null,
      (reason: unknown) => reason,
    );
    options.signal.throwIfAborted();
    const has = await sizeOf(options.part);
    if (error !== null && isFinal(error)) throw error;
    gained ||= has > had;
    vain = has > had ? 0 : vain + 1;
    if (!gained || vain >= VAIN_ATTEMPTS_MAX) throw error ?? new Error('the answer was empty');
    had = has;
  }
}

/** The source said no, or this machine cannot take more: another attempt would end the same. */
class Refused extends Error {}

const isFinal = (error: unknown): boolean =>
  error instanceof Refused ||
  ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EFBIG'].includes((error as NodeJS.ErrnoException).code ?? '');

async function attempt(model: ModelFile, from: number, options: DownloadOptions): Promise<void> {
  const patience = new Patience(ANSWER_MS_MAX);
  try {
    const response = await fetch(model.url, {
      headers: { 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) },
      signal: AbortSignal.any([options.signal, patience.signal]),
    });
    const start = startOf(response, from);
    if (response.body === null) throw new Refused('the answer has no body');
    patience.allow(SILENCE_MS_MAX);
    let done = start;
    const counted = async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces) {
        patience.allow(SILENCE_MS_MAX);
        done += piece.length;
        if (done > model.bytes) throw new Refused('the answer is longer than the model');
        options.onBytes(done);
        yield piece;
      }
    };
    const file = createWriteStream(options.part, { flags: start > 0 ? 'r+' : 'w', start });
    await pipeline(Readable.fromWeb(response.body), counted, file);
  } finally {
    patience.end();
  }
}

/** Where in the file the answer begins: a server may send the rest, as asked, or all of it. */
function startOf(response: Response, from: number): number {
  if (response.status === 200) return 0;
  const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (response.status === 206 && Number(start) === from) return from;
  throw new Refused(`status ${response.status}`);
}

/** Aborts when nothing happens for as long as was last allowed. */
class Patience {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.#timer = this.#start(ms);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  allow(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start(ms);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(new Error('nothing came')), ms);
  }
}

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.size ?? 0;
