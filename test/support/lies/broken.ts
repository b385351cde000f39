/** Replies that break HTTP, JSON or the connection. */
import { gzipSync } from 'node:zlib';
import type { Lie, Stage } from '../lying-engine.ts';
import { contentChunk, finishChunk, plainBody, streamContent, usageChunk } from './answers.ts';
import {
  chunk,
  DONE,
  event,
  head,
  json,
  LAST_CHUNK,
  promptTokens,
  quoted,
  STREAM_HEAD,
  usageOf,
} from './say.ts';

/** How long a behaviour keeps silent that never answers, in milliseconds: longer than any test. */
const FOREVER_MS = 600_000;
const DEPTH = 100_000;
const MEGABYTE = 1024 * 1024;
/** More than any reasonable limit on a plain reply's length, in bytes. */
const HUGE_BYTES = 80 * MEGABYTE;
const LONG_HEADER_BYTES = 2 * MEGABYTE;
const MANY_HEADERS = 20_000;

const JSON_HEAD = { 'content-type': 'application/json' };

const answer = (stage: Stage): string =>
  JSON.stringify(plainBody(stage, `You said: ${quoted(stage.heard)}`, usageOf(promptTokens(stage.heard), 8)));
const reset = (stage: Stage): void => {
  stage.socket.resetAndDestroy();
};
/** Lets what was written leave before the connection breaks. */
const LEAVE_MS = 30;
const resetSoon = async (stage: Stage): Promise<void> => {
  await stage.wait(LEAVE_MS);
  reset(stage);
};
/** An answer whose length is said in a wrong way. */
const withHead =
  (headers: (length: number) => Record<string, string | number>): Lie =>
  (stage) => {
    const body = answer(stage);
    return stage.write(head(200, { ...JSON_HEAD, ...headers(Buffer.byteLength(body)) }) + body);
  };
/** A raw reply that closes the connection. */
const raw =
  (bytes: (stage: Stage) => string): Lie =>
  async (stage) => {
    await stage.write(bytes(stage));
    stage.socket.end();
  };
const chunkedHead = head(200, { ...JSON_HEAD, 'transfer-encoding': 'chunked' });

export const BROKEN = {
  'reset-at-once': reset,
  'close-at-once': (stage) => {
    stage.socket.end();
  },
  'reset-mid-head': async (stage) => {
    await stage.write(
      `HTTP/1.1 200 OK\r\nx-note: ${quoted(stage.heard)
        .replace(/[^\x20-\x7e]/g, '?')
        .slice(0, 200)}`,
    );
    await resetSoon(stage);
  },
  'reset-mid-body': async (stage) => {
    const body = answer(stage);
    await stage.write(
      head(200, { ...JSON_HEAD, 'content-length': Buffer.byteLength(body) }) +
        body.slice(0, body.length >> 1),
    );
    await resetSoon(stage);
  },
  'reset-mid-stream': async (stage) => {
    await streamContent(stage, { chunks: 4 });
    await resetSoon(stage);
  },
  'close-mid-stream': async (stage) => {
    await streamContent(stage, { chunks: 4 });
    stage.socket.end();
  },
  'reset-mid-chunk': async (stage) => {
    await streamContent(stage, { chunks: 2 });
    await stage.write(`400\r\ndata: {"choices":[{"delta":{"content":"${quoted(stage.heard).slice(0, 100)}`);
    await resetSoon(stage);
  },
  'reset-after-usage': async (stage) => {
    await streamContent(stage);
    await stage.write(chunk(event(finishChunk(stage))));
    await stage.write(chunk(event(usageChunk(stage, usageOf(promptTokens(stage.heard), 8)))));
    await resetSoon(stage);
  },
  /** The stream ends rightly in HTTP, but without `[DONE]`. */
  'end-without-done': async (stage) => {
    await streamContent(stage);
    await stage.write(LAST_CHUNK);
  },
  'never-answers': async (stage) => {
    await stage.wait(FOREVER_MS);
  },
  'never-ends': async (stage) => {
    await streamContent(stage, { chunks: 2 });
    await stage.wait(FOREVER_MS);
  },
  'silent-then-answers': async (stage) => {
    await stage.write(STREAM_HEAD);
    if (!(await stage.wait(SILENT_MS))) return;
    await stage.write(
      chunk(event(contentChunk(stage, quoted(stage.heard)))) + chunk(event(finishChunk(stage))),
    );
    await stage.write(chunk(event(usageChunk(stage, usageOf(1, 1)))) + chunk(DONE) + LAST_CHUNK);
  },
  garbage: raw((stage) => `\x00\xff${quoted(stage.heard)}\r\n\r\n\x01\x02`),
  'not-http': raw((stage) => `SSH-2.0-OpenSSH_9.9 ${quoted(stage.heard)}\r\n`),
  'http-2': raw(() => 'HTTP/2 200 OK\r\ncontent-length: 2\r\n\r\n{}'),
  'bad-status': raw(
    (stage) => `HTTP/1.1 2x0 ${quoted(stage.heard).slice(0, 80)}\r\ncontent-length: 2\r\n\r\n{}`,
  ),
  'bare-lf': raw((stage) => `HTTP/1.1 200 OK\ncontent-length: 2\n\n{}${quoted(stage.heard)}`),
  'bad-header': raw(
    (stage) =>
      `HTTP/1.1 200 OK\r\nno colon ${quoted(stage.heard).slice(0, 80)}\r\ncontent-length: 2\r\n\r\n{}`,
  ),
  'long-header': raw(
    () => `HTTP/1.1 200 OK\r\nx-long: ${'a'.repeat(LONG_HEADER_BYTES)}\r\ncontent-length: 2\r\n\r\n{}`,
  ),
  'many-headers': raw(
    () => `HTTP/1.1 200 OK\r\n${'x-more: 1\r\n'.repeat(MANY_HEADERS)}content-length: 2\r\n\r\n{}`,
  ),
  'length-short': withHead((length) => ({ 'content-length': length - 20 })),
  'length-long': async (stage) => {
    await withHead((length) => ({ 'content-length': length + 50 }))(stage);
    await stage.wait(LEAVE_MS);
    stage.socket.end();
  },
  'length-negative': withHead(() => ({ 'content-length': -5 })),
  'length-not-number': withHead((length) => ({ 'content-length': `+${length}` })),
  'length-twice': (stage) => {
    const body = answer(stage);
    const length = Buffer.byteLength(body);
    return stage.write(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\ncontent-length: 3\r\n\r\n${body}`,
    );
  },
  'length-and-chunked': (stage) => {
    const body = answer(stage);
    return stage.write(
      head(200, { ...JSON_HEAD, 'content-length': 5, 'transfer-encoding': 'chunked' }) +
        chunk(body) +
        LAST_CHUNK,
    );
  },
  'length-none': raw((stage) => head(200, JSON_HEAD) + answer(stage)),
  'chunk-size-bad': (stage) => stage.write(`${chunkedHead}zz\r\n${answer(stage)}\r\n${LAST_CHUNK}`),
  'chunk-size-huge': (stage) =>
    stage.write(`${chunkedHead}ffffffffffffffff\r\n${answer(stage)}\r\n${LAST_CHUNK}`),
  'chunk-size-negative': (stage) => stage.write(`${chunkedHead}-5\r\n${answer(stage)}\r\n${LAST_CHUNK}`),
  'chunk-no-end': (stage) => stage.write(`${chunkedHead}5\r\n{"a":1}xx\r\n${LAST_CHUNK}`),
  'json-malformed': (stage) => wholeJson(stage, `{"choices":[{"message":{"content":"${quoted(stage.heard)}`),
  'json-deep': (stage) =>
    wholeJson(stage, `{"choices":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)},"usage":null}`),
  'json-array': (stage) => json(stage, 200, [quoted(stage.heard)]),
  'json-null': (stage) => wholeJson(stage, 'null'),
  'json-in-stream-malformed': async (stage) => {
    await stage.write(
      STREAM_HEAD + chunk(`data: {"choices":[{"delta":{"content":"${quoted(stage.heard)}\n\n`),
    );
    await stage.write(chunk(event(finishChunk(stage))) + chunk(DONE) + LAST_CHUNK);
  },
  'json-in-stream-deep': async (stage) => {
    await stage.write(STREAM_HEAD + chunk(`data: ${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}\n\n`));
    await stage.write(chunk(event(finishChunk(stage))) + chunk(DONE) + LAST_CHUNK);
  },
  'not-sse': async (stage) => {
    await stage.write(STREAM_HEAD + chunk(`just words: ${quoted(stage.heard)}\n`) + LAST_CHUNK);
  },
  'line-huge': async (stage) => {
    await stage.write(STREAM_HEAD);
    await flood(stage, (block) => chunk(block));
    await stage.write(chunk('\n\n') + chunk(DONE) + LAST_CHUNK);
  },
  'body-huge': async (stage) => {
    await stage.write(head(200, { ...JSON_HEAD, 'content-length': HUGE_BYTES }));
    await flood(stage, (block) => block);
  },
  gzip: async (stage) => {
    const body = gzipSync(answer(stage));
    await stage.write(head(200, { ...JSON_HEAD, 'content-encoding': 'gzip', 'content-length': body.length }));
    await stage.write(body);
  },
  'gzip-unsaid': async (stage) => {
    const body = gzipSync(answer(stage));
    await stage.write(head(200, { ...JSON_HEAD, 'content-length': body.length }));
    await stage.write(body);
  },
  interim: (stage) =>
    stage.write(
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${whole(answer(stage))}`,
    ),
  'interim-forever': async (stage) => {
    for (let i = 0; i < 5000 && !stage.socket.destroyed; i++)
      await stage.write('HTTP/1.1 102 Processing\r\n\r\n');
    await stage.write(whole(answer(stage)));
  },
  upgrade: (stage) =>
    stage.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n'),
  redirect: (stage) =>
    stage.write(
      head(301, {
        location: `http://198.51.100.7/${encodeURIComponent(quoted(stage.heard)).slice(0, 500)}`,
        'content-length': 0,
      }),
    ),
  'redirect-307': (stage) =>
    stage.write(head(307, { location: 'http://127.0.0.1:9/v1/chat/completions', 'content-length': 0 })),
  'no-content': (stage) => stage.write(head(204, {})),
  'wrong-type': (stage) => stage.write(whole(answer(stage), 'text/html')),
  /** Two replies to one request: the second must not become the next client's answer. */
  'two-replies': async (stage) => {
    await stage.write(whole(answer(stage)) + whole(answer(stage)));
  },
  /** Says keep-alive and closes a moment later, when the next request may be on its way. */
  'keep-alive-then-close': async (stage) => {
    await stage.write(whole(answer(stage)));
    setTimeout(() => stage.socket.destroy(), 1);
  },
} as const satisfies Record<string, Lie>;

/** Silence before a silent stream speaks, in milliseconds: longer than the gateway's keep-alive interval (10 s). */
const SILENT_MS = 11_000;

const whole = (body: string, type = 'application/json'): string =>
  head(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) }) + body;

function wholeJson(stage: Stage, body: string): Promise<void> {
  return stage.write(whole(body));
}

async function flood(stage: Stage, wrap: (block: string) => string): Promise<void> {
  const block = wrap(quoted(stage.heard).padEnd(MEGABYTE, 'x').slice(0, MEGABYTE));
  for (let sent = 0; sent < HUGE_BYTES && !stage.socket.destroyed; sent += MEGABYTE) await stage.write(block);
}
