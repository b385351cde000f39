/**
 * The embedded inference server: llama.cpp behind the HTTP that vLLM, llama-server and OpenAI speak, so that the
 * gateway knows one kind of engine. It stands alone: it knows nothing else of the house, keeps nothing of a request
 * once it is answered, and writes no file.
 *
 * Life of a request: `http/server.ts` → `http/body.ts` → `endpoints/` (read by `api/`, grammar by `grammar/`) →
 * `model/chat-template.ts` → `model/slots.ts` → `model/answer.ts` → `endpoints/` → `http/reply.ts`.
 */
import type { AddressInfo } from 'node:net';
import { EngineServer } from './http/server.ts';
import { Embedder } from './model/embedder.ts';
import { Engine } from './model/engine.ts';
import { EngineStartError, type Report } from './report.ts';
import type { EngineSettings } from './settings.ts';

export { ENGINE_DEFAULTS, type EngineSettings } from './settings.ts';

export interface RunningEngine {
  /** The TCP port; null on a local socket. */
  readonly port: number | null;
  /** Lets running answers finish within the settings' grace, then frees everything. */
  stop(): Promise<void>;
}

/** Loads the model and serves it. Throws `EngineStartError`, whose message is for the operator. */
export async function startEngine(settings: EngineSettings, report: Report): Promise<RunningEngine> {
  const engine = await Engine.load(settings, report);
  const embedder =
    settings.embeddingModelPath === null
      ? null
      : await Embedder.load(engine.llama, settings.embeddingModelName, settings.embeddingModelPath);
  const server = new EngineServer(engine, embedder, report);
  const port = await listen(server, settings);
  report('listening', port === null ? {} : { port });
  report('ready', {});
  return {
    port,
    async stop() {
      report('stopping', {});
      await server.stop(settings.stopGraceMs);
      await embedder?.dispose();
      await engine.dispose();
    },
  };
}

async function listen({ server }: EngineServer, { listen: where }: EngineSettings): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  if ('socket' in where) server.listen(where.socket, resolve);
  else server.listen(where.port, where.host, resolve);
  try {
    await promise;
  } catch (cause) {
    const place = 'socket' in where ? `the socket ${where.socket}` : `port ${where.port} of ${where.host}`;
    throw new EngineStartError(`The engine cannot listen on ${place}: free it or choose another.`, { cause });
  }
  server.off('error', reject);
  return 'socket' in where ? null : (server.address() as AddressInfo).port;
}
