/**
 * Step 3: which engine may see this prompt? Only engines whose declared data terms are at least as good as what the
 * account and the request demand; among those the least busy one that answers. Fail closed: no declaration, no prompt
 * (INFER-2, INFER-3).
 */
import type { AccountTerms, CatalogueModel } from '../link/words.ts';
import { ApiError } from './api/errors.ts';
import type { ProviderWish } from './api/parameters.ts';
import type { Engine, Engines } from './engines.ts';
import type { EngineSettings } from './settings.ts';

/** A term that an engine does not meet. */
type Unmet = 'objection' | 'data_collection' | 'zdr' | 'region' | 'prefix_cache' | 'terms_expired';

export interface Candidate {
  readonly engine: Engine;
  /** The model's name at this engine. */
  readonly upstream: string;
}

const MS_PER_DAY = 86_400_000;

/** The engines that may serve this request, the best first. Throws `ApiError` when there is none. */
export function route(
  model: CatalogueModel,
  terms: AccountTerms,
  wish: ProviderWish,
  engines: Engines,
): Candidate[] {
  const able: Candidate[] = [];
  let unmet: Unmet | null = null;
  let declared = 0;
  for (const served of model.engines) {
    const engine = engines.get(served.engine);
    if (engine === undefined) continue;
    declared++;
    const missing = firstUnmet(engine.settings, terms, wish);
    if (missing === null) able.push({ engine, upstream: served.upstream });
    else unmet ??= missing;
  }
  if (able.length === 0) {
    if (declared === 0)
      throw new ApiError('no_engine_with_these_terms', { words: { term: 'terms_undeclared' } });
    throw new ApiError('no_engine_with_these_terms', { words: { term: unmet ?? 'terms_undeclared' } });
  }
  if (able.length > 1) able.sort(byHealthAndLoad);
  return able;
}

function firstUnmet(engine: EngineSettings, terms: AccountTerms, wish: ProviderWish): Unmet | null {
  const { retentionDays, trains, until } = engine.terms;
  if (terms.withoutEngines.includes(engine.name) || terms.withoutRegions.includes(engine.region))
    return 'objection';
  if (until !== null && Date.parse(until) + MS_PER_DAY <= Date.now()) return 'terms_expired';
  // A request that denies data collection denies training and keeping alike (OpenRouter's words).
  if (trains && (!terms.allowTraining || wish.dataCollection === 'deny')) return 'data_collection';
  if (retentionDays > 0 && wish.dataCollection === 'deny') return 'data_collection';
  if (retentionDays > 0 && (terms.zeroRetention || wish.zdr)) return 'zdr';
  if (terms.region !== null && engine.region !== terms.region) return 'region';
  if (wish.region !== null && !wish.region.includes(engine.region)) return 'region';
  if (engine.prefixCache === 'shared' && !terms.allowSharedCache) return 'prefix_cache';
  return null;
}

/** Engines that answer before such that do not; then the one with the fewest requests under way. */
function byHealthAndLoad(a: Candidate, b: Candidate): number {
  if (a.engine.up !== b.engine.up) return a.engine.up ? -1 : 1;
  return a.engine.outstanding - b.engine.outstanding;
}
