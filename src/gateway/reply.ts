/** The heads of replies, built from fixed pieces. A header's value is ours or a checked member of a closed list. */

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  204: 'No Content',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  411: 'Length Required',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  417: 'Expectation Failed',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
};

export const JSON_TYPE = 'application/json';

let date = '';
let dateSecond = 0;

/** The `date` line (RFC 9110, 6.6.1), made anew once a second. */
function dateLine(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    date = `date: ${new Date(second * 1000).toUTCString()}\r\n`;
  }
  return date;
}

/** The head of a reply with a body of `length` bytes. `headers`: whole lines, each with its line end. */
export function replyHead(
  status: number,
  contentType: string,
  headers: string,
  length: number,
  keep: boolean,
): string {
  const type = status === 204 ? '' : `content-type: ${contentType}\r\ncontent-length: ${length}\r\n`;
  const close = keep ? '' : 'connection: close\r\n';
  return `HTTP/1.1 ${status} ${REASONS[status] ?? 'Other'}\r\n${type}${dateLine()}${headers}${close}\r\n`;
}

/** The head of an event stream; proxies are told to pass each event on at once. */
export function streamHead(headers: string, chunked: boolean, keep: boolean): string {
  const framing = chunked ? 'transfer-encoding: chunked\r\n' : '';
  const close = keep && chunked ? '' : 'connection: close\r\n';
  return (
    'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n' +
    `cache-control: no-cache, no-transform\r\nx-accel-buffering: no\r\n${framing}${dateLine()}${headers}${close}\r\n`
  );
}
