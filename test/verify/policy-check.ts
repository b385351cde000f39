/** Part of `npm run check`: sentences of the policy that are bound to nothing, one a line; ends with 1 when there is one. */
import { policyFaults } from '../../src/processes/policy-check/index.ts';
import { ROOT } from '../support/instance.ts';

const faults = policyFaults(ROOT);
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) process.exitCode = 1;
