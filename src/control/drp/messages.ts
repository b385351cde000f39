/** What agents may say, key by key, every field bounded; what is not named here is not read, and not kept. */
import { z } from 'zod';
import { emailInput } from '../accounts/index.ts';
import { DrpRefused } from './refused.ts';
import { EXERCISE_WORDS, VERSIONS } from './words.ts';

const MINUTE_MS = 60_000;
/** The protocol recommends ten minutes. What lives longer would have to be remembered longer. */
export const WINDOW_MS_MAX = 60 * MINUTE_MS;

const text = (max: number) => z.string().trim().max(max, `at most ${max} characters`);
const OFFSET = /(?:Z|[+-]\d\d:?\d\d)$/i;
/** Milliseconds since 1970; without an offset it is UTC. */
const moment = z
  .string()
  .max(40)
  .pipe(z.iso.datetime({ offset: true, local: true, error: 'must be a time such as 2027-01-31T12:00:00Z' }))
  .transform((iso) => Date.parse(OFFSET.test(iso) ? iso : `${iso}Z`));

export const windowed = z.object({
  'agent-id': z.string().max(100),
  'business-id': z.string().max(100),
  'issued-at': moment,
  'expires-at': moment,
});
const version = z.string().refine((said) => VERSIONS.includes(said), `must be one of ${VERSIONS.join(', ')}`);

export const setUpMessage = windowed.extend({ 'drp.version': version });

/** Booleans, and the words that some agents send in their place; kept for whoever looks, as what the agent says. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]).nullish();

/** OpenID Connect Core 5.1.1. */
const addressClaim = z.object({
  formatted: text(500).nullish(),
  street_address: text(300).nullish(),
  locality: text(100).nullish(),
  region: text(100).nullish(),
  postal_code: text(30).nullish(),
  country: text(100).nullish(),
});

export const exerciseMessage = windowed.extend({
  'drp.version': version,
  'agent-request-id': z.string().max(200).nullish(),
  exercise: z.enum(EXERCISE_WORDS, `must be one of ${EXERCISE_WORDS.join(', ')}`),
  regime: z.union([z.literal('ccpa'), z.literal('')], 'must be ccpa, or left out').nullish(),
  relationships: z.array(text(100)).max(20).nullish(),
  status_callback: z.union([z.literal(''), z.url('must be an address').max(1000)]).nullish(),
  name: text(200).nullish(),
  email: z.union([z.literal(''), z.string().max(320).pipe(emailInput)]).nullish(),
  email_verified: flag,
  phone_number: text(40).nullish(),
  phone_number_verified: flag,
  address: z.union([text(500), addressClaim]).nullish(),
  address_verified: flag,
  power_of_attorney: text(500).nullish(),
});
export type ExerciseMessage = z.output<typeof exerciseMessage>;
type Window = z.output<typeof windowed>;

/** The protocol has a reason only; agents in use name the request too, and whoever adds a window has it checked. */
export const revokeMessage = z.looseObject({
  reason: z.string().max(4000).nullish(),
  request_id: z.string().max(100).nullish(),
});

/** Throws `DrpRefused` 400. */
export function readMessage<S extends z.ZodType>(value: unknown, schema: S): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const complaints = read.error.issues.map(({ path, message }) =>
    path.length === 0 ? 'the message is not an object' : `${path.join('.')}: ${message}`,
  );
  throw new DrpRefused(400, `${complaints.join('; ')}.`);
}

/**
 * That the message is of this agent, for us, and of now, in the order of section 3.07. Throws `DrpRefused` 400 and 403.
 */
export function demandOurs(message: Window, agent: string, business: string, now: number): void {
  if (message['agent-id'] !== agent)
    throw new DrpRefused(403, 'agent-id is not that of the agent that asks.');
  if (message['business-id'] !== business) throw new DrpRefused(403, 'business-id is not ours.');
  const { 'issued-at': issuedAt, 'expires-at': expiresAt } = message;
  if (now < issuedAt)
    throw new DrpRefused(400, 'issued-at is still to come by our clock. Try again in a moment.', false);
  if (now >= expiresAt) throw new DrpRefused(400, 'expires-at is over: sign the message again.');
  if (expiresAt - issuedAt > WINDOW_MS_MAX)
    throw new DrpRefused(
      400,
      `expires-at may lie ${WINDOW_MS_MAX / MINUTE_MS} minutes after issued-at at most.`,
    );
}
