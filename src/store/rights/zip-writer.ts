/**
 * A ZIP archive as a stream, one file after the other, each with its SHA-256. Nothing is held but the chunk on its
 * way: a file is read only as fast as the reader of the archive takes it.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** Bytes that wait between a file's source and the archive. */
const WAITING_BYTES_MAX = 65_536;

export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export class ZipWriter {
  readonly #zip = new ZipFile();
  readonly #stopped = new AbortController();
  readonly #mtime: Date;

  /** `signal` ends the archive with an error wherever it is. */
  constructor(mtime: Date, signal: AbortSignal) {
    this.#mtime = mtime;
    this.#zip.on('error', (error) => this.fail(error));
    this.stream.on('close', () => this.#stopped.abort(new Error('the reader of the archive left')));
    if (signal.aborted) this.fail(signal.reason as Error);
    else signal.addEventListener('abort', () => this.fail(signal.reason as Error), { once: true });
  }

  get stream(): Readable {
    return this.#zip.outputStream as Readable;
  }

  /** Resolves when the whole file has gone into the archive; rejects when the source fails or the reader leaves. */
  async add(path: string, chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<WrittenFile> {
    this.#stopped.signal.throwIfAborted();
    const hash = createHash('sha256');
    let bytes = 0;
    async function* counted() {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    }
    const source = Readable.from(counted(), { objectMode: false, highWaterMark: WAITING_BYTES_MAX });
    const stop = () => source.destroy(this.#stopped.signal.reason as Error);
    this.#stopped.signal.addEventListener('abort', stop, { once: true });
    this.#zip.addReadStream(source, path, { mtime: this.#mtime, mode: 0o100600 });
    try {
      await finished(source);
    } finally {
      this.#stopped.signal.removeEventListener('abort', stop);
    }
    return { path, bytes, sha256: hash.digest('hex') };
  }

  /** Writes the directory: only now the archive can be read. */
  async end(): Promise<void> {
    this.#zip.end();
    await finished(this.stream, { readable: true, writable: true });
  }

  /** Ends the archive without its directory, so that nobody takes it for whole. */
  fail(error: Error): void {
    this.#stopped.abort(error);
    this.stream.destroy(error);
  }
}
