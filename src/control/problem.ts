/** An answer of the admin API that is not a success: status, a fixed code, and one sentence with what to do. */
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: ContentfulStatusCode;
  readonly code: string;

  constructor(status: ContentfulStatusCode, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
