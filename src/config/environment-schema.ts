/** Which variables of the environment count, and what they may hold. */
import { z } from 'zod';
import { LEVELS } from '../log/fields.ts';
import { httpUrl, network, port, text } from './fields.ts';

/** The environment; docs/configuration.md describes each variable. */
export const environmentSchema = z.object({
  KEPT_DATA: text.optional(),
  KEPT_SITE_PORT: z.coerce.number().pipe(port).optional(),
  KEPT_API_PORT: z.coerce.number().pipe(port).optional(),
  KEPT_METRICS_PORT: z.coerce.number().pipe(port).optional(),
  KEPT_HOST: text.optional(),
  KEPT_LOG_LEVEL: z.enum(LEVELS).optional(),
  KEPT_CONFIG: text.optional(),
  KEPT_SITE_URL: httpUrl.optional(),
  KEPT_API_URL: httpUrl.optional(),
  KEPT_TRUSTED_PROXIES: z
    .string()
    .transform((list) => list.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(network))
    .optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/./, 'must begin with smtp:// or smtps://')
    .refine((value) => URL.canParse(value), 'must be an address such as smtp://user:password@host:587')
    .optional(),
  KEPT_MAIL_PORT: z.coerce.number().pipe(port).optional(),
  IMAP_URL: z
    .string()
    .regex(/^imaps?:\/\/[^@/]+@./, 'must be like imaps://user:password@host')
    .refine((value) => URL.canParse(value), 'must be an address such as imaps://user:password@host')
    .optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_\w+$/, 'must be a secret or restricted key of Stripe (sk_… or rk_…)')
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_./, 'must be the signing secret of the webhook endpoint (whsec_…)')
    .optional(),
  STRIPE_API_URL: httpUrl.optional(),
  KEPT_KEYS: text.optional(),
  KEPT_LEDGER: text.optional(),
  KEPT_MASTER_KEY: text.optional(),
  KEPT_NEW_MASTER_KEY: text.optional(),
  KEPT_MODEL: text.optional(),
  KEPT_MODEL_CACHE: text.optional(),
  KEPT_ENGINE_URL: httpUrl.optional(),
  KEPT_ENGINE_KEY: text.optional(),
});
export type ConfigEnvironment = z.infer<typeof environmentSchema>;
