/**
 * One connection to the operator's mail server that is ready before anything is promised: a mail is marked as being sent
 * only once the server waits for it, so that between the last look at a consent and the mail's own SMTP nothing is left
 * that takes long.
 */
import { once } from 'node:events';
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { socketTo, termsOf } from '../notices/index.ts';

/** After a rest as long as that the server is asked whether it is still there. */
const REST_MS = 5_000;

export interface Envelope {
  readonly from: string | false;
  readonly to: readonly string[];
}

/** What became of a mail that was handed over and not taken. `isUntouched`: the server has not seen a byte of it. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
  readonly isUntouched: boolean;
  /** The server's answer; null: it gave none. */
  readonly responseCode: number | null;

  constructor(cause: SMTPConnection.SMTPError, isUntouched: boolean) {
    super('the mail server did not take it', { cause });
    this.isUntouched = isUntouched;
    this.responseCode = cause.responseCode ?? null;
  }
}

export class Line {
  readonly #url: URL;
  #connection: SMTPConnection | null = null;
  #usedAt = 0;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** Resolves when the server waits for a mail. Throws what stands in the way; nothing was sent then. */
  async ready(): Promise<void> {
    const isRested = performance.now() - this.#usedAt > REST_MS;
    if (this.#connection !== null && isRested) await this.#reset();
    this.#connection ??= await this.#connect();
    this.#usedAt = performance.now();
  }

  /** After `ready`. Throws `NotTaken`. */
  async send(envelope: Envelope, message: Buffer): Promise<void> {
    const connection = this.#connection;
    if (connection === null) throw new Error('the line is not ready');
    const stream = Readable.from([message]);
    const failed = await new Promise<SMTPConnection.SMTPError | null>((resolve) => {
      connection.send({ from: envelope.from, to: [...envelope.to] }, stream, (error) => resolve(error));
    });
    this.#usedAt = performance.now();
    if (failed === null) return;
    const isUntouched = !stream.readableDidRead;
    stream.destroy();
    // What a server answered to one mail holds for no other; without an answer it is not there any more.
    if (failed.responseCode === undefined || failed.responseCode === 421) this.close();
    else await this.#reset();
    throw new NotTaken(failed, isUntouched);
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  async #reset(): Promise<void> {
    const connection = this.#connection;
    const failed = await new Promise((resolve) => connection?.reset((error) => resolve(error)));
    if (failed) this.close();
  }

  async #connect(): Promise<SMTPConnection> {
    const opened = await socketTo(this.#url.href);
    const connection = new SMTPConnection({ ...optionsOf(this.#url), connection: opened });
    const forget = () => {
      if (this.#connection === connection) this.#connection = null;
    };
    connection.on('error', forget);
    connection.once('end', forget);
    try {
      await connected(connection);
      const { username, password } = this.#url;
      if (username !== '')
        await new Promise<void>((resolve, reject) => {
          const credentials = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
          connection.login({ credentials }, (error) => (error ? reject(error) : resolve()));
        });
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }
}

async function connected(connection: SMTPConnection): Promise<void> {
  const ended = new AbortController();
  try {
    await Promise.race([
      new Promise<void>((resolve, reject) => {
        connection.once('error', reject);
        connection.connect((error) => (error ? reject(error) : resolve()));
      }),
      once(connection, 'end', { signal: ended.signal }).then(() => {
        throw new Error('the mail server hung up');
      }),
    ]);
  } finally {
    ended.abort();
  }
}

function optionsOf(url: URL): SMTPConnection.Options {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { host, secure: url.protocol === 'smtps:', ...termsOf(url.href) };
}
