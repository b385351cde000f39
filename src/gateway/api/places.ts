/** The closed list of public paths; each but the last two also below `/v1/openai`. `/v1/models/{name}` is besides. */
import type { Endpoint } from '../../link/words.ts';

export type Place = Endpoint | 'models' | 'key' | 'healthz' | 'readyz';

export const PLACES: ReadonlyMap<string, Place> = new Map([
  ['/v1/chat/completions', 'chat'],
  ['/v1/completions', 'completions'],
  ['/v1/embeddings', 'embeddings'],
  ['/v1/models', 'models'],
  ['/v1/key', 'key'],
  ['/healthz', 'healthz'],
  ['/readyz', 'readyz'],
]);

/** Asked by POST; all others by GET and HEAD. */
export const POSTED: ReadonlySet<Place> = new Set<Place>(['chat', 'completions', 'embeddings']);
