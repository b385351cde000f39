/**
 * Models: what the engines say they serve, joined with what the operator configured, as the catalogue that gateways
 * are told. A model keeps its number for ever.
 */
export { Catalogue } from './catalogue.ts';
export { lookedAtCookie, readLookedAt } from './looked-at.ts';
export { modelNames, modelNumbers } from './numbers.ts';
export { type Recommendation, recommend } from './recommend.ts';
export { type ShownModel, shownModels } from './shown-models.ts';
