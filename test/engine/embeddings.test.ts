import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, MODEL, modelPath, post, runEngine, type TestEngine } from './running.ts';

/** Any model has vectors; the default one saves a second download. */
const EMBEDDER = 'embedding-of-the-default-model';

let running: TestEngine;
beforeAll(async () => {
  running = await runEngine({
    sequences: 1,
    embeddingModelPath: await modelPath(),
    embeddingModelName: EMBEDDER,
  });
});
afterAll(async () => {
  expect(running.faults).toEqual([]);
  await running.engine.stop();
});

test('a model that is none for embeddings is 404 there, and the embedding model is 404 in chats', async () => {
  const wrong = await post(`${running.url}/embeddings`, { model: MODEL, input: 'Hi' });
  expect([wrong.status, wrong.body.error.code]).toEqual([404, 'model_not_found']);
  const chat = await post(`${running.url}/chat/completions`, { model: EMBEDDER, messages: ask('Hi') });
  expect(chat.status).toBe(404);
});

test.for<[object, string]>([
  [{}, 'input'],
  [{ input: '' }, 'input'],
  [{ input: [] }, 'input'],
  [{ input: [1, 'a'] }, 'input'],
  [{ input: 'a', encoding_format: 'hex' }, 'encoding_format'],
  [{ input: 'a', dimensions: 3 }, 'dimensions'],
  [{ input: 'word '.repeat(3000) }, 'input'],
])('%j is refused by its name', async ([more, param]) => {
  const { status, body } = await post(`${running.url}/embeddings`, { model: EMBEDDER, ...more });
  expect([status, body.error.param]).toEqual([400, param]);
});

test('vectors have length 1, the same in both encodings, and count their tokens', async () => {
  const float = await running.client.embeddings.create({
    model: EMBEDDER,
    input: 'Hello',
    encoding_format: 'float',
  });
  // The client's own default: base64 on the wire.
  const packed = await running.client.embeddings.create({ model: EMBEDDER, input: 'Hello' });
  const [vector, unpacked] = [float.data[0]!.embedding, packed.data[0]!.embedding];
  expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  for (const [i, value] of unpacked.entries()) expect(value).toBeCloseTo(vector[i]!, 5);
  expect(float.usage.prompt_tokens).toBeGreaterThan(0);
  expect(float.usage.total_tokens).toBe(float.usage.prompt_tokens);
});

test('several texts come in their order, each as if alone', async () => {
  const input = ['Hello', 'Something else entirely'];
  const both = await running.client.embeddings.create({ model: EMBEDDER, input, encoding_format: 'float' });
  expect(both.data.map(({ index }) => index)).toEqual([0, 1]);
  for (const [i, text] of input.entries()) {
    const alone = await running.client.embeddings.create({
      model: EMBEDDER,
      input: text,
      encoding_format: 'float',
    });
    expect(alone.data[0]!.embedding).toEqual(both.data[i]!.embedding);
  }
});
