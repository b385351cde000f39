/** What a configuration declares as a list: engines, models, plans, providers, agents; and processors by name. */
import { z } from 'zod';
import { isVerifyKey } from '../control/drp/verify-key.ts';
import { PERIODS } from '../control/payments/plans/settings.ts';
import { CLIENT_AUTHS, GROUP_ROLES, PROVIDER_KINDS } from '../control/sign-in/providers/settings.ts';
import { DIALECTS, PREFIX_CACHES } from '../gateway/settings.ts';
import { MODEL_KINDS } from '../link/words.ts';
import {
  directoryId,
  hostAndPort,
  httpUrl,
  name,
  text,
  usdAmount,
  usdPerMillion,
  variable,
} from './fields.ts';

const CONTEXT_TOKENS_MAX = 100_000_000;
/** What a row says of a password in the place of a provider (`src/control/sign-in/schema.ts`). */
const PASSWORD_ID = 'credential';
const RETENTION_DAYS_MAX = 36_500;

export const engineSchema = z.strictObject({
  name,
  url: httpUrl,
  /** Name of the environment variable with the engine's key. */
  key_env: variable.optional(),
  dialect: z.enum(DIALECTS).optional(),
  region: name.optional(),
  terms: z
    .strictObject({
      retention_days: z.int().min(0).max(RETENTION_DAYS_MAX),
      trains: z.boolean(),
      attested_by: text,
      until: z.iso.date('must be a date such as 2027-12-31'),
    })
    .optional(),
  prefix_cache: z.enum(PREFIX_CACHES).optional(),
});

export const modelSchema = z.strictObject({
  name,
  kind: z.enum(MODEL_KINDS).optional(),
  /** USD for a million tokens; `cached` falls back to `prompt`, `reasoning` to `completion`. */
  prices: z
    .strictObject({
      prompt: usdPerMillion,
      cached: usdPerMillion.optional(),
      completion: usdPerMillion,
      reasoning: usdPerMillion.optional(),
    })
    .optional(),
  context: z.int().min(1).max(CONTEXT_TOKENS_MAX).optional(),
  max_output: z.int().min(1).max(CONTEXT_TOKENS_MAX).optional(),
  /** Names of the engines that may serve it; left out: all. */
  engines: z.array(name).min(1).optional(),
});

/** A plan that includes credit. */
export const planSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'may hold small letters, digits and -, 32 at most'),
  name: z.string().trim().min(1).max(60),
  every: z.enum(PERIODS),
  /** USD of each period, without tax. */
  price: usdAmount,
  /** USD that each paid period adds to the balance; left out: the price. */
  credit: usdAmount.optional(),
});

/** Who else people may sign in by. */
export const providerSchema = z.strictObject({
  /** Stands in addresses. */
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'may hold small letters, digits and -, 32 at most')
    .refine((id) => id !== PASSWORD_ID, 'is taken by passwords; choose another'),
  name: z.string().trim().min(1).max(60),
  kind: z.enum(PROVIDER_KINDS),
  issuer: httpUrl.optional(),
  /** Where it serves keys, tokens and claims, besides the issuer's own host. */
  hosts: z.array(hostAndPort).max(10).optional(),
  client_id: text,
  /** Name of the environment variable with the client's secret. */
  client_secret_env: variable,
  client_auth: z.enum(CLIENT_AUTHS).optional(),
  scopes: z
    .array(z.string().regex(/^[!#-[\]-~]{1,128}$/, 'must be a scope such as groups'))
    .min(1)
    .max(20)
    .optional(),
  groups: z
    .strictObject({
      claim: z.string().min(1).max(128),
      roles: z.record(z.string().min(1).max(256), z.enum(GROUP_ROLES)),
    })
    .optional(),
});

/** An agent as the network's directory has it; what is not used here may stand there. */
export const agentSchema = z.strictObject({
  id: directoryId,
  name: z.string().trim().min(1).max(100),
  verify_key: z.string().refine(isVerifyKey, 'must be an Ed25519 public key, base64 of 32 bytes'),
  /** Where it may want to be told of changes; left out: the host of `web_url`, or nowhere. */
  callback_host: hostAndPort.optional(),
  web_url: httpUrl.optional(),
  identity_assurance_url: httpUrl.optional(),
  technical_contact: text.optional(),
  business_contact: text.optional(),
});

/** As the site says it of a processor. */
const sentence = z.string().trim().min(1).max(200);
export const processorSchema = z.strictObject({
  name: sentence,
  region: sentence,
  keeps: sentence,
  contract: sentence,
});

export type DeclaredEngine = z.infer<typeof engineSchema>;
export type DeclaredModel = z.infer<typeof modelSchema>;
export type DeclaredProvider = z.infer<typeof providerSchema>;
export type DeclaredAgent = z.infer<typeof agentSchema>;
