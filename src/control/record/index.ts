/**
 * What the instance says of itself in the record: which source runs and how it is set up, which keys it has, gateways
 * that serve without their walls; and witnesses, who cosign what is published. What people and operators do is entered where it is done.
 */
export { recordKeys, recordStart } from './system-state.ts';
export { recordUnconfined } from './unconfined.ts';
export { Witnesses } from './witnesses.ts';
