/** A file as a stream of bytes; it does not open before it is read. */
import { createReadStream } from 'node:fs';

export async function* stream(path: string): AsyncGenerator<Uint8Array> {
  for await (const bytes of createReadStream(path)) yield bytes as Buffer;
}
