/** Something that stops the start: one sentence that says what happened and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The system's code of a failed call (`ENOSPC`, …), or ''. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
