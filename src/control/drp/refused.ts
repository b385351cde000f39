/** What is refused, as section 3.06 wants it said: a status, a sentence, and whether the same could succeed later. */
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export class DrpRefused extends Error {
  override readonly name = 'DrpRefused';
  readonly status: ContentfulStatusCode;
  /** The same message will not be taken later either. */
  readonly fatal: boolean;

  constructor(status: ContentfulStatusCode, message: string, fatal = true) {
    super(message);
    this.status = status;
    this.fatal = fatal;
  }
}

export const noToken = (): DrpRefused =>
  new DrpRefused(401, 'There is no token, or it is not valid any more: set up a new one.', false);

export const notYours = (): DrpRefused =>
  new DrpRefused(403, 'There is no such request of the agent whose token this is.');

export const replayed = (): DrpRefused =>
  new DrpRefused(409, 'This message was sent before. Sign another one for another request.');

export const notSigned = (): DrpRefused =>
  new DrpRefused(403, 'The signature is not that of the agent that asks.');
