/** The catalogue as the site shows it: a model with its price, and where and how its engines treat what they are sent. */
import type { BillingMode, CatalogueModel } from '../../link/words.ts';
import type { EngineDeclaration } from '../settings.ts';
import type { ComingPrice } from './price-changes.ts';

export interface ShownModel {
  readonly name: string;
  readonly kind: CatalogueModel['kind'];
  /** Tokens. */
  readonly context: number;
  readonly maxOutput: number;
  /** USD for a million tokens; null where use has no price. */
  readonly price: { readonly promptUsd: number; readonly completionUsd: number } | null;
  /** That was announced and does not hold yet; null: none. */
  readonly coming: ShownComing | null;
  readonly engines: readonly EngineDeclaration[];
}

interface ShownComing {
  readonly promptUsd: number;
  readonly completionUsd: number;
  /** From when, ISO 8601. */
  readonly at: string;
}

const MICRO = 1_000_000;

export const shownModels = (
  models: readonly CatalogueModel[],
  declarations: readonly EngineDeclaration[],
  billing: BillingMode,
  coming: readonly ComingPrice[],
): readonly ShownModel[] =>
  models.map(({ number, name, kind, context, maxOutput, prices, engines }) => ({
    name,
    kind,
    context,
    maxOutput,
    price:
      billing === 'off'
        ? null
        : { promptUsd: prices.prompt / MICRO, completionUsd: prices.completion / MICRO },
    coming: shownComing(coming.find((each) => each.model === number)),
    engines: declarations.filter(({ number }) => engines.some(({ engine }) => engine === number)),
  }));

const shownComing = (coming: ComingPrice | undefined): ShownComing | null =>
  coming === undefined
    ? null
    : {
        promptUsd: coming.prices.prompt / MICRO,
        completionUsd: coming.prices.completion / MICRO,
        at: new Date(coming.at).toISOString(),
      };
