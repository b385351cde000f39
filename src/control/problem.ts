/** An answer of the admin API or the site's that is not a success: status, a fixed code, and one sentence with what to do. */
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: ContentfulStatusCode;
  readonly code: string;
  /** For the answer, such as `retry-after`. */
  readonly headers: Readonly<Record<string, string>> = {};
  /** What a program needs besides the code. */
  readonly details: Readonly<Record<string, unknown>> = {};

  constructor(status: ContentfulStatusCode, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
