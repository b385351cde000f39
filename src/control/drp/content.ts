/** What an agent wrote of its own with a request: sealed under a key of the row, which dies with the row. */
import { z } from 'zod';
import { Intake } from '../intake.ts';

export const agentContent = new Intake(
  'drp_request',
  'content',
  z.strictObject({
    /** The agent's number of the request. */
    number: z.string().nullable(),
    /** Where it wants to be told. */
    callback: z.string().nullable(),
  }),
);
