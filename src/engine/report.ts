/** What the engine tells of itself: words and numbers only, never anything of a request. */
export type EngineEvent = 'model_loaded' | 'listening' | 'ready' | 'stopping' | 'sequence_failed' | 'fault';

/** Handed in by whoever starts the engine; an error says its class and place only, in the hands of the receiver. */
export type Report = (event: EngineEvent, fields: ReportFields, error?: unknown) => void;

export interface ReportFields {
  /** Duration in milliseconds. */
  readonly ms?: number;
  readonly bytes?: number;
  readonly port?: number;
  readonly count?: number;
}

/** The engine cannot start; the message says why and what to do, in one sentence. */
export class EngineStartError extends Error {
  override readonly name = 'EngineStartError';
}
