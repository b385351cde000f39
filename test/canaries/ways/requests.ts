/** Content in every corner of a request: names, headers, paths, unknown fields, broken JSON and broken HTTP. */
import { gzipSync } from 'node:zlib';
import { rawExchange, rawRequest } from '../../support/raw-client.ts';
import { CHAT, COMPLETIONS, chat, EMBEDDINGS, type Stand, send, sendChat, type Way } from './way.ts';

const DEPTH = 50_000;
const TOO_BIG_BYTES = 33 * 1024 * 1024;
const LONG_LINE_BYTES = 100_000;

const body = (stand: Stand, more: object = {}): string => JSON.stringify(chat(stand, 'hello', more));
const tool = (name: string, description: string, parameters: object): object => ({
  tools: [{ type: 'function', function: { name, description, parameters } }],
});

/** Fields of a body that ought to travel, or to be refused. */
const IN_BODY: Readonly<Record<string, (canary: string) => object>> = {
  'tool description': (canary) => tool('look_up', canary, { type: 'object', properties: {} }),
  'tool name': (canary) => tool(canary, 'Looks up.', { type: 'object', properties: {} }),
  'tool parameter names': (canary) =>
    tool('look_up', 'x', { type: 'object', properties: { [canary]: { type: 'string' } } }),
  'tool parameter enum': (canary) =>
    tool('look_up', 'x', { type: 'object', properties: { a: { enum: [canary] } } }),
  'tool choice': (canary) => ({ tool_choice: { type: 'function', function: { name: canary } } }),
  'response format': (canary) => ({
    response_format: {
      type: 'json_schema',
      json_schema: { name: canary, schema: { type: 'object', title: canary } },
    },
  }),
  'broken response format': (canary) => ({ response_format: { type: canary, [canary]: canary } }),
  stop: (canary) => ({ stop: [canary] }),
  'logit bias': (canary) => ({ logit_bias: { [canary]: 5 } }),
  'wrong temperature': (canary) => ({ temperature: canary }),
  'wrong max_tokens': (canary) => ({ max_tokens: canary }),
  'wrong stream': (canary) => ({ stream: canary }),
  'wrong seed': (canary) => ({ seed: canary }),
  'wrong role': (canary) => ({ messages: [{ role: canary, content: canary }] }),
  'wrong messages': (canary) => ({ messages: canary }),
  'author name': (canary) => ({ messages: [{ role: 'user', name: canary, content: 'hello' }] }),
  'tool call of an earlier turn': (canary) => ({
    messages: [
      { role: 'user', content: 'hello' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: canary, type: 'function', function: { name: 'look_up', arguments: `{"a":"${canary}"}` } },
        ],
      },
      { role: 'tool', tool_call_id: canary, content: canary },
    ],
  }),
  'image as data': (canary) => ({
    messages: [
      {
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${btoa(canary)}` } }],
      },
    ],
  }),
  'image by address': (canary) => ({
    messages: [
      {
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: `https://images.example/${canary}.png` } }],
      },
    ],
  }),
  'file by address': (canary) => ({
    messages: [{ role: 'user', content: [{ type: 'file', file: { file_data: `file:///tmp/${canary}` } }] }],
  }),
  'audio as data': (canary) => ({
    messages: [
      {
        role: 'user',
        content: [{ type: 'input_audio', input_audio: { data: btoa(canary), format: 'wav' } }],
      },
    ],
  }),
  'unknown part': (canary) => ({
    messages: [{ role: 'user', content: [{ type: canary, [canary]: canary }] }],
  }),
  'escaped text': (canary) => ({ messages: [{ role: 'user', content: `\u0000\u001b\n"${canary}\ud83d"` }] }),
};

/** Fields that are about the person or for us: they never reach an engine. */
const STAYS_HERE: Readonly<Record<string, (canary: string) => object>> = {
  user: (canary) => ({ user: canary }),
  safety_identifier: (canary) => ({ safety_identifier: canary }),
  metadata: (canary) => ({ metadata: { [canary]: canary } }),
  prompt_cache_key: (canary) => ({ prompt_cache_key: canary }),
  'store with metadata': (canary) => ({ store: true, metadata: { note: canary } }),
  'provider region': (canary) => ({ provider: { region: canary } }),
  'provider unknown': (canary) => ({ provider: { [canary]: canary } }),
  'unknown field': (canary) => ({ [canary]: { deep: [canary] } }),
};

/** Headers by which a canary may come. */
const HEADERS: Readonly<Record<string, (canary: string) => Record<string, string>>> = {
  'x-request-id': (canary) => ({ 'x-request-id': canary }),
  'x-client-request-id': (canary) => ({ 'x-client-request-id': canary }),
  'idempotency-key': (canary) => ({ 'idempotency-key': canary }),
  cookie: (canary) => ({ cookie: `session=${canary}` }),
  'user-agent': (canary) => ({ 'user-agent': `Mozilla/5.0 ${canary}` }),
  referer: (canary) => ({ referer: `https://intranet.example/${canary}` }),
  origin: (canary) => ({ origin: `https://${canary}.example` }),
  'x-forwarded-for': (canary) => ({ 'x-forwarded-for': `203.0.113.7, ${canary}` }),
  traceparent: (canary) => ({ traceparent: `00-${canary}-01`, baggage: `user=${canary}` }),
  'openai-organization': (canary) => ({ 'openai-organization': canary, 'openai-project': canary }),
  'header name': (canary) => ({ [`x-${canary}`]: '1' }),
  'content-type': (canary) => ({ 'content-type': `text/${canary}` }),
  'content-encoding': (canary) => ({ 'content-encoding': canary }),
  accept: (canary) => ({ accept: `application/${canary}` }),
  expect: (canary) => ({ expect: canary }),
  authorization: (canary) => ({ authorization: `Basic ${btoa(canary)}` }),
};

const wayOf = (name: string, run: Way['run']): Way => ({ name, run });
const staying = (name: string, run: Way['run']): Way => ({ name, run, staysHere: true });
/** Bytes as they are, to the API's port. */
const raw = (stand: Stand, ...pieces: string[]): Promise<string> =>
  rawExchange(stand.apiPort, pieces, { patienceMs: 700 });
const post = (stand: Stand, text: string | Buffer, headers: Record<string, string> = {}): Promise<string> =>
  send(stand, { path: CHAT, body: text, headers });

export const REQUEST_WAYS: readonly Way[] = [
  ...Object.entries(IN_BODY).map(([name, more]) =>
    wayOf(`body: ${name}`, (stand, canary) => post(stand, body(stand, more(canary)))),
  ),
  ...Object.entries(STAYS_HERE).map(([name, more]) =>
    staying(`body: ${name}`, (stand, canary) => post(stand, body(stand, more(canary)))),
  ),
  ...Object.entries(HEADERS).map(([name, headers]) =>
    staying(`header: ${name}`, (stand, canary) => post(stand, body(stand), headers(canary))),
  ),
  staying('model name', (stand, canary) => post(stand, body(stand, { model: canary }))),
  staying('model name in the path', (stand, canary) => send(stand, { path: `/v1/models/${canary}` })),
  staying('unknown path', (stand, canary) => send(stand, { path: `/v1/${canary}/${canary}` })),
  staying('query', (stand, canary) => send(stand, { path: `${CHAT}?prompt=${canary}`, body: body(stand) })),
  staying('escaped path', (stand, canary) => send(stand, { path: `/v1/%2e%2e/${canary}%00` })),
  staying('method', (stand, canary) => raw(stand, `${canary} / HTTP/1.1\r\nhost: x\r\n\r\n`)),
  staying('absolute target', (stand, canary) =>
    raw(stand, `GET http://${canary}.example/ HTTP/1.1\r\nhost: x\r\n\r\n`),
  ),
  staying('host', (stand, canary) =>
    raw(stand, `GET /healthz HTTP/1.1\r\nhost: ${canary}\r\nconnection: close\r\n\r\n`),
  ),
  staying('HTTP version', (stand, canary) => raw(stand, `GET / HTTP/${canary}\r\n\r\n`)),
  staying('no HTTP at all', (stand, canary) => raw(stand, `\x16\x03\x01${canary}\r\n\r\n`)),
  staying('header without colon', (stand, canary) =>
    raw(stand, `GET / HTTP/1.1\r\nhost: x\r\n${canary}\r\n\r\n`),
  ),
  staying('header too long', (stand, canary) =>
    raw(stand, `GET / HTTP/1.1\r\nhost: x\r\nx-a: ${canary.padEnd(LONG_LINE_BYTES, 'a')}\r\n\r\n`),
  ),
  staying('smuggled second request', (stand, canary) =>
    raw(
      stand,
      `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /${canary} HTTP/1.1\r\n\r\n`,
    ),
  ),
  staying('key that is none', (stand, canary) => send(stand, { path: CHAT, key: canary, body: body(stand) })),
  staying('key with a typo', (stand, canary) =>
    send(stand, { path: CHAT, key: `kept_sk_${canary}`, body: body(stand) }),
  ),
  staying('prompt with a wrong key', (stand, canary) =>
    send(stand, { path: CHAT, key: `${stand.key}x`, body: JSON.stringify(chat(stand, canary)) }),
  ),
  staying('prompt without a key', (stand, canary) =>
    rawExchange(stand.apiPort, [rawRequest({ path: CHAT, body: JSON.stringify(chat(stand, canary)) })]),
  ),
  staying('prompt without credit', (stand, canary) =>
    send(stand, { path: CHAT, key: stand.poorKey, body: JSON.stringify(chat(stand, canary)) }),
  ),
  staying('prompt to a path that is not there', (stand, canary) =>
    send(stand, { path: '/v1/responses2', body: canary }),
  ),
  staying('prompt by PUT', (stand, canary) => send(stand, { method: 'PUT', path: CHAT, body: canary })),
  staying('no JSON', (stand, canary) => post(stand, canary)),
  staying('JSON cut off', (stand, canary) =>
    post(stand, `{"model":"${stand.model}","messages":[{"role":"user","content":"${canary}`),
  ),
  staying('JSON with a bad escape', (stand, canary) => post(stand, `{"model":"\\u12${canary}"}`)),
  staying('JSON of another kind', (stand, canary) => post(stand, JSON.stringify([canary]))),
  staying('JSON too deep', (stand, canary) =>
    post(stand, `{"${canary}":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}`),
  ),
  staying('body too big', (stand, canary) => post(stand, Buffer.alloc(TOO_BIG_BYTES, canary))),
  staying('body packed by gzip', (stand, canary) =>
    post(stand, gzipSync(JSON.stringify(chat(stand, canary))), { 'content-encoding': 'gzip' }),
  ),
  staying('body that is no UTF-8', (stand, canary) =>
    post(stand, Buffer.concat([Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from(canary)])),
  ),
  staying('body cut off', (stand, canary) =>
    rawExchange(
      stand.apiPort,
      [
        rawRequest({ path: CHAT, key: stand.key, body: '', headers: { 'content-length': '5000' } }),
        `{"model":"${canary}`,
      ],
      { patienceMs: 300 },
    ),
  ),
  staying('chunked body with a bad size', (stand, canary) =>
    raw(
      stand,
      `POST ${CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${stand.key}\r\ntransfer-encoding: chunked\r\n\r\n${canary}\r\n\r\n`,
    ),
  ),
  wayOf('chunked body', (stand, canary) => {
    const text = JSON.stringify(chat(stand, canary));
    const head = rawRequest({
      path: CHAT,
      key: stand.key,
      headers: { 'transfer-encoding': 'chunked' },
      method: 'POST',
    });
    return rawExchange(stand.apiPort, [
      head,
      `${text.length.toString(16)};note=${canary}\r\n${text}\r\n0\r\nx-trailer: ${canary}\r\n\r\n`,
    ]);
  }),
  wayOf('fields twice', (stand, canary) =>
    post(
      stand,
      `{"model":"${stand.model}","messages":[],"messages":[{"role":"user","content":"${canary}"}]}`,
    ),
  ),
  wayOf('prompt byte by byte', (stand, canary) => {
    const bytes = rawRequest({ path: CHAT, key: stand.key, body: JSON.stringify(chat(stand, canary)) });
    return rawExchange(
      stand.apiPort,
      [...bytes].map((byte) => Buffer.from([byte])),
      { pauseMs: 0 },
    );
  }),
  wayOf('two prompts on one connection', (stand, canary) => {
    const one = rawRequest({
      path: CHAT,
      key: stand.key,
      body: JSON.stringify(chat(stand, canary)),
      headers: { connection: 'keep-alive' },
    });
    return rawExchange(stand.apiPort, [one, one], { patienceMs: 500 });
  }),
  wayOf('long prompt', (stand, canary) => sendChat(stand, `${canary} `.repeat(20_000))),
  wayOf('completions, several prompts', (stand, canary) =>
    send(stand, {
      path: COMPLETIONS,
      body: JSON.stringify({ model: stand.model, prompt: [canary, canary], suffix: canary }),
    }),
  ),
  wayOf('embeddings', (stand, canary) =>
    send(stand, {
      path: EMBEDDINGS,
      body: JSON.stringify({ model: stand.embeddingModel, input: canary, dimensions: canary }),
    }),
  ),
  wayOf('same prompt under one idempotency key', async (stand, canary) => {
    const request = {
      path: CHAT,
      body: JSON.stringify(chat(stand, `play:slow ${canary}`)),
      headers: { 'idempotency-key': canary },
    };
    return (await Promise.all([send(stand, request), send(stand, request)])).join('\n');
  }),
  staying('the site: path, query and headers', (stand, canary) =>
    rawExchange(stand.sitePort, [
      rawRequest({ path: `/${canary}?q=${canary}`, headers: { cookie: canary, referer: canary } }),
    ]),
  ),
  staying('the site: a prompt sent to the wrong port', (stand, canary) =>
    rawExchange(stand.sitePort, [
      rawRequest({ path: CHAT, key: stand.key, body: JSON.stringify(chat(stand, canary)) }),
    ]),
  ),
  staying('the site: no HTTP', (stand, canary) => rawExchange(stand.sitePort, [`${canary}\r\n\r\n`])),
  staying('the metrics port', async (stand, canary) =>
    stand.metricsPort === null
      ? ''
      : rawExchange(stand.metricsPort, [rawRequest({ path: `/metrics/${canary}?a=${canary}` })]),
  ),
];
