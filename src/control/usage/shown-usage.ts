/** A usage record as the outside sees it: ids and numbers. */
import { outward } from '../outward.ts';
import type { UsageRow } from './read-usage.ts';

export type ShownUsage = ReturnType<typeof shownUsage>;

export function shownUsage(row: UsageRow, modelNames: ReadonlyMap<number, string>) {
  return {
    id: outward('req', row.id),
    key: row.key === null ? null : outward('key', row.key),
    model: modelNames.get(row.model) ?? String(row.model),
    engine: row.engine,
    endpoint: row.endpoint,
    started_at: row.startedAt?.toISOString() ?? null,
    duration_ms: row.durationMs,
    first_byte_ms: row.firstByteMs,
    prompt_tokens: row.promptTokens,
    cached_tokens: row.cachedTokens,
    completion_tokens: row.completionTokens,
    reasoning_tokens: row.reasoningTokens,
    images: row.images,
    audio_seconds: row.audioSeconds,
    price_microusd: row.price,
    ending: row.ending,
    estimated: row.estimated,
    stream: row.stream,
  };
}
