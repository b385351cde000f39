/** Kinds of files of the site that shrink: the build writes each compressed with Brotli (RFC 7932) beside itself. */
export const COMPRESSED: ReadonlySet<string> = new Set(['.css', '.js', '.svg', '.txt']);
