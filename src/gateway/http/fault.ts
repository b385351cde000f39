/**
 * What can be wrong with a peer's HTTP: one closed list of codes, each with the status that a client gets and one
 * sentence that says what happened and what to do. Nothing of the bytes that were read is in a fault. Every fault ends
 * its connection: after malformed bytes nobody can know where the next message starts.
 */

export const FAULTS = {
  // Lines and fields, in heads and trailers.
  bad_line_end: [
    400,
    'A line does not end with CRLF; end every line with CRLF and use CR and LF nowhere else.',
  ],
  bad_header_name: [
    400,
    'A header name is empty or has a byte that is no token character; use letters, digits and hyphens, and put the colon right after.',
  ],
  bad_header_value: [400, 'A header value has a control character; remove it.'],
  folded_line: [400, 'A header line starts with white space; write each header on one line.'],
  head_too_large: [431, 'The head is longer than 16 KiB; send fewer or shorter headers.'],
  too_many_headers: [431, 'There are more than 64 header lines; send fewer.'],
  header_repeated: [400, 'A header that may stand once stands twice; send it once.'],

  // The request line.
  bad_request_line: [
    400,
    'The request line is not METHOD SP TARGET SP VERSION; send it so, with single spaces.',
  ],
  method_unknown: [
    501,
    'The method is not one that we know; use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.',
  ],
  bad_target: [400, 'The request target is not a path, or has a character that must be percent-encoded.'],
  target_too_long: [414, 'The request target is longer than 2,048 bytes; shorten it.'],
  version_unknown: [505, 'The version is neither HTTP/1.1 nor HTTP/1.0; use one of them.'],

  // The status line of an engine's reply.
  bad_status_line: [
    502,
    'The status line is not VERSION SP STATUS SP REASON; check what is listening at the address of the engine.',
  ],
  upgrade_unasked: [
    502,
    'The reply switches protocols, which nobody asked for; check what is listening at the address of the engine.',
  ],
  bad_interim: [
    502,
    'An interim reply ends the connection before the final reply; check what is listening at the address of the engine.',
  ],
  body_forbidden: [
    502,
    'A reply that has no body declares one; check what is listening at the address of the engine.',
  ],

  // Who is asked, and what the connection is for.
  host_missing: [400, 'An HTTP/1.1 request has no Host header; send exactly one.'],
  bad_host: [
    400,
    'The Host header is not a name or address with an optional port; send the host that you connect to.',
  ],
  host_differs: [400, 'The host of the request target differs from the Host header; make them the same.'],
  bad_connection: [
    400,
    'The Connection header is not a list of tokens; send "close" or "keep-alive", or leave it out.',
  ],
  expectation_unknown: [417, 'The Expect header asks for something other than 100-continue; leave it out.'],

  // How long the body is (RFC 9112, section 6).
  bad_length: [
    400,
    'The Content-Length is not one plain decimal number without sign or leading zero; send the length in bytes.',
  ],
  length_with_coding: [400, 'Content-Length and Transfer-Encoding stand together; send one of them.'],
  coding_unknown: [
    501,
    'The Transfer-Encoding is something other than "chunked"; send "chunked" or a Content-Length.',
  ],
  coding_in_http10: [
    400,
    'Transfer-Encoding stands in an HTTP/1.0 message; use HTTP/1.1 or a Content-Length.',
  ],
  body_too_large: [413, 'The body is longer than allowed; send less.'],

  // The chunked coding (RFC 9112, section 7.1).
  bad_chunk_size: [400, 'A chunk size is not a plain hexadecimal number of at most 8 digits.'],
  bad_chunk_extension: [400, 'A chunk extension is malformed; leave chunk extensions out.'],
  chunk_extensions_too_long: [400, 'The chunk extensions are longer than 4 KiB together; leave them out.'],
  bad_chunk_end: [400, 'A chunk is not followed by CRLF right after its declared size.'],
  trailers_too_long: [431, 'The trailer fields are longer than 4 KiB; leave them out.'],
  trailer_forbidden: [
    400,
    'A trailer field says how the message is framed or routed; such fields belong into the head.',
  ],
} as const satisfies Record<string, readonly [status: number, sentence: string]>;

export type FaultCode = keyof typeof FAULTS;
/** What a client is answered; 502 only for what an engine's reply can have wrong. */
export type FaultStatus = (typeof FAULTS)[FaultCode][0];

/** A peer's bytes are not acceptable HTTP. `message` is one of our own sentences; the connection must be closed. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly status: FaultStatus;
  readonly code: FaultCode;

  constructor(code: FaultCode) {
    super(FAULTS[code][1]);
    this.code = code;
    this.status = FAULTS[code][0];
  }
}
