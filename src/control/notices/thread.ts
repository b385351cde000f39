/**
 * Threads of mail (RFC 5322, 3.6.4): all letters of a request refer to one Message-ID that follows from its reference and
 * was never sent, so that mail programs show them together; an answer to a mail refers to that one as well.
 */

export interface Thread {
  /** Of the request, like `R-7K3M-Q0XW`; null: it is about none. */
  readonly reference: string | null;
  /** Message-ID of the mail that it answers, with its brackets; null: none. */
  readonly answers: string | null;
}

/** `own`: the left part of a Message-ID that nothing else has. */
export function headersOf({ reference, answers }: Thread, own: string, host: string) {
  const root = reference === null ? null : `<${reference.toLowerCase()}@${host}>`;
  const references = [answers, root].filter((id) => id !== null);
  const [inReplyTo] = references;
  return {
    // Mail programs that name only the mail that they answer lead to the request too.
    messageId: `<${own}${reference === null ? '' : `.${reference.toLowerCase()}`}@${host}>`,
    ...(inReplyTo !== undefined && { inReplyTo, references }),
  };
}

/** Left parts of those Message-IDs that can be ours. */
export const ownIn = (messageIds: readonly string[], host: string): string[] =>
  messageIds.flatMap((id) => {
    const [, own, at] = /^<([^@>]+)@([^>]+)>$/.exec(id) ?? [];
    return own !== undefined && at?.toLowerCase() === host ? [own] : [];
  });
