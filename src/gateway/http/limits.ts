/**
 * Limits of the HTTP/1.1 reader. Everything that a peer can make longer has one; each is checked before the bytes
 * behind it are looked at, so that no peer can make us hold or scan more.
 */

/** A whole head: start line, header lines and the empty line after them, in bytes. */
export const HEAD_BYTES_MAX = 16 * 1024;
/** Header lines in one head. */
export const HEADERS_MAX = 64;
/** A request method, in bytes. The longest that we know has 7. */
export const METHOD_BYTES_MAX = 16;
/** A request target, in bytes, its scheme and host included. */
export const TARGET_BYTES_MAX = 2048;
/** A request body after its transfer coding is taken off, in bytes. */
export const BODY_BYTES_MAX = 32 * 1024 * 1024;
/** Digits of a Content-Length: any number of so many digits is exact in a double. */
export const LENGTH_DIGITS_MAX = 15;
/** Hex digits of one chunk's size: up to 4 GiB, exact in a double. */
export const CHUNK_SIZE_DIGITS_MAX = 8;
/** All chunk extensions of one body together, in bytes: they are read and dropped, and must not carry a flood. */
export const CHUNK_EXTENSION_BYTES_MAX = 4 * 1024;
/** The trailer section of one body, in bytes. */
export const TRAILER_BYTES_MAX = 4 * 1024;
/** A Retry-After in seconds, as digits; longer ones are as good as none. */
export const RETRY_AFTER_DIGITS_MAX = 7;
