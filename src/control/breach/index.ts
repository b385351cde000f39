/**
 * The register of breaches of personal data (GDPR Art. 33 and 34, 45 CFR 164.400 to 414, laws of the states): an entry starts the
 * clocks of whoever has to be told, by rows of law; staff hear of each deadline; notices are drafted; people are told by mail, once.
 * Rows are added and never changed, and what happened is sealed: the record and figures know steps and times alone.
 */
import type { Log } from '../../log/log.ts';
import { Breaches } from './breaches.ts';
import { breachFigures, breachMetrics } from './figures.ts';
import { forBreachDesk } from './for-desk.ts';
import { readBreachLaw } from './law.ts';
import type { BreachParts } from './parts.ts';

export type { BreachFigures } from './figures.ts';
export type { BreachDesk } from './for-desk.ts';

/** Throws `LawDamaged`. */
export function openBreaches(wanted: Omit<BreachParts, 'table'>, log: Log) {
  const parts: BreachParts = { ...wanted, table: readBreachLaw() };
  const rounds = new Breaches(parts, log);
  return {
    desk: forBreachDesk(parts, rounds),
    figures: () => breachFigures(parts),
    metrics: () => breachMetrics(parts),
    start: () => rounds.start(),
    stop: () => rounds.stop(),
  };
}
export type OpenBreaches = ReturnType<typeof openBreaches>;
