/** A request that was read and checked; all that the gateway goes on to know of a body. */
import type { Endpoint } from '../../../link/words.ts';
import type { JsonObject } from './parameter.ts';
import type { ProviderWish } from './provider.ts';

export interface ApiRequest {
  readonly endpoint: Endpoint;
  /** As the client named it. Only for a look-up in the catalogue. */
  readonly model: string;
  readonly stream: boolean;
  /** The client asked for usage in the stream's last chunk. */
  readonly includeUsage: boolean;
  /** The client asked for usage in every chunk (vLLM's `continuous_usage_stats`). */
  readonly continuousUsage: boolean;
  /** Answers for each prompt, as sent. */
  readonly n: number;
  /** Answers that an engine may compute for this request: prompts × the larger of `n` and `best_of`. */
  readonly answers: number;
  /** Output limit for each answer in tokens; null when the client set none. */
  readonly maxOutput: number | null;
  readonly provider: ProviderWish;
  /** The known parameters, each checked and made of known fields only. */
  readonly params: JsonObject;
}
