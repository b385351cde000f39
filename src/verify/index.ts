/**
 * Verification: clause → check → what was seen, in this running system and not in its tests. `checks/` has one function
 * for each thing that is looked at; `verifier.ts` runs them.
 */
import type { OpenVerification } from '../control/verification/index.ts';
import { CHECKS } from './checks/index.ts';
import { Verifier } from './verifier.ts';

export const openVerification: OpenVerification = (parts) => new Verifier(parts, CHECKS);
