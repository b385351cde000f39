/** The catalogue: what engines say is believed within limits, and joined with what the operator configured. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ControlSettings, EngineAddress } from '../../src/control/settings.ts';
import { randomHex } from '../../src/link/ids.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
const servers: Server[] = [];
const controls: TestControl[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);

afterEach(async () => {
  for (const control of controls.splice(0)) await control.end();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

afterAll(() => postgres.stop());

async function engine(
  number: number,
  answer: RequestListener,
  socket: string | null = null,
): Promise<EngineAddress> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socket ?? { port: 0, host: '127.0.0.1' }, resolve));
  const port = socket === null ? (server.address() as AddressInfo).port : 1;
  return { number, url: `http://127.0.0.1:${port}/v1`, socket, key: `secret-${number}` };
}

const says =
  (...models: unknown[]): RequestListener =>
  (request, response) => {
    if (request.url !== '/v1/models' || !request.headers.authorization?.startsWith('Bearer secret-'))
      response.statusCode = 400;
    response.end(JSON.stringify({ object: 'list', data: models }));
  };

async function control(settings: Partial<ControlSettings>): Promise<TestControl> {
  const started = await startTestControl(postgres, settings);
  controls.push(started);
  return started;
}

/** What a gateway is told, once there is something. */
async function catalogue(of: TestControl) {
  const gateway = await of.gateway();
  const { models } = await gateway.until('catalogue', (body) => body.models.length > 0);
  gateway.close();
  return models;
}

test.each<[string, RequestListener]>([
  ['an answer that is not JSON', (_, response) => response.end('<html>')],
  ['an answer that is no list', (_, response) => response.end('{"data":7}')],
  ['an error', (_, response) => response.writeHead(500).end('{"data":[]}')],
  ['a redirect', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  [
    'an endless answer',
    (_, response) => {
      const more = () =>
        response.write('x'.repeat(65_536)) ? setImmediate(more) : response.once('drain', more);
      response.on('close', () => response.removeAllListeners('drain'));
      more();
    },
  ],
  [
    'a broken answer',
    (_, response) =>
      response.writeHead(200, { 'content-length': '10' }).end('{"data', () => response.destroy()),
  ],
  ['more models than there can be', says(...Array.from({ length: 1_001 }, (_, i) => ({ id: `m${i}` })))],
])('%s of one engine does not keep another’s models away', async (_, lie) => {
  const engines = [await engine(1, lie), await engine(2, says({ id: 'good' }))];
  const models = await catalogue(await control({ engines }));
  expect(models.map(({ name, engines: by }) => [name, by])).toEqual([
    ['good', [{ engine: 2, upstream: 'good' }]],
  ]);
});

test('names that the link cannot carry are left out, and so are repeats', async () => {
  const names = ['a b', '', 'x'.repeat(129), 'a\n', 7, null, 'ok/model:1', 'ok/model:1'];
  const models = await catalogue(
    await control({ engines: [await engine(1, says('junk', ...names.map((id) => ({ id }))))] }),
  );
  expect(models.map(({ name }) => name)).toEqual(['ok/model:1']);
});

test('an engine that is found later, also on a local socket, is asked again until it answers', async () => {
  const socket = join(tmpdir(), `kept-engine-${randomHex(8)}.sock`);
  const late: EngineAddress = { number: 1, url: 'http://engine/v1', socket, key: 'secret-1' };
  const started = await control({ engines: [late] });
  expect((await started.admin('GET', '/facts')).body.engines).toEqual([{ number: 1, models: null }]);
  await engine(1, says({ id: 'late' }), socket);
  expect(await catalogue(started)).toMatchObject([{ name: 'late' }]);
});

test('context, kind and prices: the configuration’s word, else the engine’s, else the default', async () => {
  const one = says(
    { id: 'vllm', max_model_len: 4_096 },
    { id: 'llama', meta: { n_ctx_train: 2_048 } },
    { id: 'silent', max_model_len: 'much' },
    { id: 'embedder', task: 'embed' },
    { id: 'shared', max_model_len: 16_000 },
    { id: 'mine', max_model_len: 1_000_000 },
  );
  const two = says({ id: 'shared', max_model_len: 1_000 }, { id: 'mine', context_length: 5 });
  const engines = [await engine(1, one), await engine(2, two)];
  const started = await control({
    engines,
    models: [
      {
        name: 'mine',
        kind: 'chat',
        engines: [1],
        context: 32_000,
        maxOutput: 1_000,
        prices: { prompt: 3, completion: 5, cached: 1 },
      },
    ],
  });
  await expect
    .poll(async () => (await started.admin('GET', '/facts')).body.engines)
    .toEqual([
      { number: 1, models: 6 },
      { number: 2, models: 2 },
    ]);
  await expect
    .poll(async () => (await catalogue(started)).find(({ name }) => name === 'shared')?.engines.length)
    .toBe(2);
  const models = new Map((await catalogue(started)).map((model) => [model.name, model]));
  const byDefault = { prompt: 100_000, cached: 100_000, completion: 100_000, reasoning: 100_000 };
  expect(models.get('vllm')).toMatchObject({
    kind: 'chat',
    context: 4_096,
    maxOutput: 4_096,
    prices: byDefault,
  });
  expect(models.get('llama')).toMatchObject({ context: 2_048 });
  expect(models.get('silent')).toMatchObject({ context: 8_192 });
  expect(models.get('embedder')).toMatchObject({ kind: 'embedding' });
  expect(models.get('shared')).toMatchObject({ context: 1_000 });
  expect(models.get('mine')).toMatchObject({
    context: 32_000,
    maxOutput: 1_000,
    prices: { prompt: 3, cached: 1, completion: 5, reasoning: 5 },
    engines: [{ engine: 1, upstream: 'mine' }],
  });
});

test('a model keeps its number when control starts again, and keys can be bound to it', async () => {
  const started = await control({ engines: [await engine(1, says({ id: 'one' }, { id: 'two' }))] });
  const before = await catalogue(started);
  const customer = await started.customer();
  const path = `/accounts/${customer.account}/keys`;
  expect((await started.admin('POST', path, { name: 'bound', models: ['two'] })).status).toBe(201);
  await started.stop();
  await started.start();
  expect(await catalogue(started)).toEqual(before);
  const keys = (await started.admin('GET', path)).body.keys;
  expect(keys.find(({ name }: { name: string }) => name === 'bound').models).toEqual(['two']);
});
