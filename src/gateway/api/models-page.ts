/** `GET /v1/models` and `GET /v1/models/{id}`: OpenAI's list, with context, prices and data terms of each model. */
import type { CatalogueModel } from '../../link/words.ts';
import type { EngineSettings } from '../settings.ts';

/** The body of `GET /v1/models`. */
export function modelsBody(models: readonly CatalogueModel[], engines: readonly EngineSettings[]): string {
  return JSON.stringify({ object: 'list', data: models.map((model) => described(model, engines)) });
}

/** The body of `GET /v1/models/{id}`. */
export function modelBody(model: CatalogueModel, engines: readonly EngineSettings[]): string {
  return JSON.stringify(described(model, engines));
}

function described(model: CatalogueModel, engines: readonly EngineSettings[]): object {
  return {
    id: model.name,
    object: 'model',
    created: model.created,
    owned_by: 'kept',
    kind: model.kind,
    context_length: model.context,
    max_output_tokens: model.maxOutput,
    // USD for one token, as OpenRouter writes them.
    pricing: {
      prompt: usdPerToken(model.prices.prompt),
      completion: usdPerToken(model.prices.completion),
      input_cache_read: usdPerToken(model.prices.cached),
      internal_reasoning: usdPerToken(model.prices.reasoning),
    },
    prices_microusd_per_million_tokens: model.prices,
    data_terms: termsOf(model, engines),
  };
}

/** The terms of the engines that serve the model, each once. */
function termsOf(model: CatalogueModel, engines: readonly EngineSettings[]): object[] {
  const seen = new Map<string, object>();
  for (const { engine: number } of model.engines) {
    const engine = engines.find((each) => each.number === number);
    if (engine === undefined) continue;
    const terms = {
      retention_days: engine.terms.retentionDays,
      trains: engine.terms.trains,
      region: engine.region,
      prefix_cache: engine.prefixCache,
      declared_by: engine.terms.declaredBy,
      until: engine.terms.until,
    };
    seen.set(JSON.stringify(terms), terms);
  }
  return [...seen.values()];
}

/** A price of 1 is 10^-6 USD for 10^6 tokens: 10^-12 USD for one. */
const USD_PER_TOKEN_DIGITS = 12;

/** Exact decimal, without an exponent and without trailing zeros. */
function usdPerToken(price: number): string {
  const digits = String(price).padStart(USD_PER_TOKEN_DIGITS + 1, '0');
  const whole = digits.slice(0, -USD_PER_TOKEN_DIGITS);
  const part = digits.slice(-USD_PER_TOKEN_DIGITS).replace(/0+$/, '');
  return part === '' ? whole : `${whole}.${part}`;
}
