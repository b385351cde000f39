/** The catalogue as the site shows it: a model with its price, and where and how its engines treat what they are sent. */
import type { CatalogueModel } from '../../link/words.ts';
import type { EngineDeclaration } from '../settings.ts';

export interface ShownModel {
  readonly name: string;
  readonly kind: CatalogueModel['kind'];
  /** Tokens. */
  readonly context: number;
  readonly maxOutput: number;
  /** USD for a million tokens. */
  readonly promptUsd: number;
  readonly completionUsd: number;
  readonly engines: readonly EngineDeclaration[];
}

const MICRO = 1_000_000;

export const shownModels = (
  models: readonly CatalogueModel[],
  declarations: readonly EngineDeclaration[],
): readonly ShownModel[] =>
  models.map(({ name, kind, context, maxOutput, prices, engines }) => ({
    name,
    kind,
    context,
    maxOutput,
    promptUsd: prices.prompt / MICRO,
    completionUsd: prices.completion / MICRO,
    engines: declarations.filter(({ number }) => engines.some(({ engine }) => engine === number)),
  }));
