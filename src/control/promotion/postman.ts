/** Writes and signs promotional mails, and hands each over on a line of its own. */
import { createTransport, type SendMailOptions } from 'nodemailer';
import { type DkimSettings, signingBy } from '../notices/index.ts';
import { Line } from './line.ts';

/** As many mails are under way at once. */
export const LINES = 4;

export class Postman {
  readonly #lines: readonly Line[];
  readonly #writer;

  constructor(smtpUrl: string, dkim: DkimSettings | null) {
    this.#lines = Array.from({ length: LINES }, () => new Line(smtpUrl));
    this.#writer = createTransport({
      streamTransport: true,
      buffer: true,
      newline: 'windows',
      ...(dkim !== null && { dkim: signingBy(dkim) }),
      disableFileAccess: true,
      disableUrlAccess: true,
    } as Parameters<typeof createTransport>[0]);
  }

  /** Resolves when this line's server waits for a mail. Throws what stands in the way. */
  ready(line: number): Promise<void> {
    return this.#line(line).ready();
  }

  /** After `ready`. Throws `NotTaken`. */
  async send(line: number, mail: SendMailOptions): Promise<void> {
    const { message, envelope } = await this.#writer.sendMail(mail);
    await this.#line(line).send(envelope, message as Buffer);
  }

  close(): void {
    for (const line of this.#lines) line.close();
  }

  #line(at: number): Line {
    const line = this.#lines[at];
    if (line === undefined) throw new RangeError('there is no such line');
    return line;
  }
}
