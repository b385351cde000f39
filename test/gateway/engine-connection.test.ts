/** A connection to an engine serves one exchange after the other, however the one before was read. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allowOnly } from '../../src/gateway/connect.ts';
import { EngineConnection, type ReplyReader } from '../../src/gateway/engine-connection.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { until } from './support.ts';

const REQUEST = 'POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}';

let engine: LyingEngine;
beforeAll(async () => {
  engine = await startLyingEngine();
  allowOnly([{ host: '127.0.0.1', port: engine.port, tls: false }]);
});
afterAll(() => engine.stop());

test('a reader whose client is slow when its reply is whole does not leave the connection deaf', async () => {
  let ends = 0;
  const slow: ReplyReader = {
    head: () => {},
    piece: () => {},
    read: () => false,
    end: () => {
      ends++;
    },
    broken: () => {},
  };
  const nothing = (): void => {};
  const connection = new EngineConnection(
    { host: '127.0.0.1', port: engine.port, tls: false },
    nothing,
    nothing,
  );
  for (let exchange = 1; exchange <= 3; exchange++) {
    connection.send(REQUEST, slow);
    await until(() => ends === exchange);
  }
  connection.abort();
  expect(ends).toBe(3);
});
