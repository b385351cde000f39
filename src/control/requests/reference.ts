/**
 * The reference of a request, like `R-7K3M-Q0XW`. Whoever guesses one is answered like whoever wrote a wrong one, and what
 * they wrote is shown at the desk as from another address.
 */
import type { Id } from '../../link/ids.ts';
import { referencesOfKind, referenceTo } from '../reference.ts';

export { idsOf } from '../reference.ts';

export const referenceOf = (request: Id): string => referenceTo('R', request);
export const referencesIn = (text: string): string[] => referencesOfKind('R', text);
