/** A file that somebody sent, as a download: whatever is in it or it is called, a browser saves it and runs nothing of it. */

const NOTHING = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";

interface SentFile {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly name: string;
}

export const fileAnswer = ({ bytes, type, name }: SentFile): Response =>
  new Response(Uint8Array.from(bytes), {
    headers: {
      'content-type': type,
      'content-disposition': dispositionOf(name),
      'content-security-policy': NOTHING,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });

/** RFC 6266: a name in ASCII for old programs, and the whole one. */
function dispositionOf(name: string): string {
  const plain = name.replace(/[^\w. -]/g, '_');
  const whole = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
