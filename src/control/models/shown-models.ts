/** The catalogue as the site shows it: a model with its price, and where and how its engines treat what they are sent. */
import type { BillingMode, CatalogueModel } from '../../link/words.ts';
import type { EngineDeclaration } from '../settings.ts';

export interface ShownModel {
  readonly name: string;
  readonly kind: CatalogueModel['kind'];
  /** Tokens. */
  readonly context: number;
  readonly maxOutput: number;
  /** USD for a million tokens; null where use has no price. */
  readonly price: { readonly promptUsd: number; readonly completionUsd: number } | null;
  readonly engines: readonly EngineDeclaration[];
}

const MICRO = 1_000_000;

export const shownModels = (
  models: readonly CatalogueModel[],
  declarations: readonly EngineDeclaration[],
  billing: BillingMode,
): readonly ShownModel[] =>
  models.map(({ name, kind, context, maxOutput, prices, engines }) => ({
    name,
    kind,
    context,
    maxOutput,
    price:
      billing === 'off'
        ? null
        : { promptUsd: prices.prompt / MICRO, completionUsd: prices.completion / MICRO },
    engines: declarations.filter(({ number }) => engines.some(({ engine }) => engine === number)),
  }));
