/**
 * What may stand in `kept.config.json` and in the environment, key by key. Names as operators write them; `config.ts`
 * makes one typed configuration of both.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { OWN_KINDS } from './control/disclosure/words.ts';
import { isVerifyKey } from './control/drp/verify-key.ts';
import { PRICE_NOTICE_DAYS_MAX, PRICE_NOTICE_DAYS_MIN } from './control/models/notice-days.ts';
import { PERIODS } from './control/payments/plans/settings.ts';
import { TAX_MODES } from './control/payments/settings.ts';
import { PROCESSORS } from './control/processors/settings.ts';
import { POLICY_NOTICE_DAYS_MAX, POLICY_NOTICE_DAYS_MIN } from './control/publishing/notice-days.ts';
import { TOPICS } from './control/settings.ts';
import { SIGN_UP_MODES } from './control/sign-in/parts.ts';
import { CLIENT_AUTHS, GROUP_ROLES, PROVIDER_KINDS } from './control/sign-in/providers/settings.ts';
import { EPSILON_MAX_MILLI, GROUP_MIN } from './control/statistics/settings.ts';
import { DIALECTS, PREFIX_CACHES } from './gateway/settings.ts';
import { BILLING_MODES, MODEL_KINDS } from './link/words.ts';
import { LEVELS } from './log/fields.ts';
import { witnessVerifier } from './record/witness.ts';

/** Largest price, in USD for a million tokens; keeps micro-dollar arithmetic exact. */
const PRICE_USD_MAX = 2000;
const SIGN_UP_CREDIT_USD_MAX = 10_000;
const UNPAID_DAYS_MAX = 365;
const PLANS_MAX = 20;
const PLAN_USD_MAX = 100_000;
const CONTEXT_TOKENS_MAX = 100_000_000;
const GATEWAYS_MAX = 256;
const BACKUP_HOURS_MAX = 720;
const BACKUPS_MAX = 10_000;
const WITNESSES_MAX = 20;
const PROVIDERS_MAX = 10;
const AGENTS_MAX = 100;
const CAMPAIGN_MAILS_PER_SECOND_MAX = 1000;
/** Below it, noise is all that is left of a number. */
const EPSILON_MIN = 0.01;
/** What a row says of a password in the place of a provider (`src/control/sign-in/schema.ts`). */
const PASSWORD_ID = 'credential';
const OBJECTION_DAYS_MAX = 90;
const RETENTION_DAYS_MAX = 36_500;

const port = z.int().min(1).max(65_535);
const text = z.string().min(1).max(4096);
/** Models, engines and regions: what may stand in the link's vocabulary. */
const name = z
  .string()
  .regex(/^[\w.:/@+-]{1,128}$/, 'may hold letters, digits and . : / @ + - _, 128 at most');
const network = z.string().refine(isNetwork, 'must be a network such as 10.0.0.0/8 or fd00::/8');
const httpUrl = z
  .string()
  .refine(isHttpUrl, 'must be an http:// or https:// address without user, query or fragment');
const domain = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain such as example.org, in lower case');
const selector = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'must be a name such as kept2026, in lower case');
const mailbox = z
  .string()
  .max(320)
  .regex(/^(?:[^<>@\r\n",;]+ )?<?[^\s<>@",;]+@[^\s<>@",;]+>?$/, 'must be like Kept <no-reply@example.org>');
const reachable = z.union([z.email(), httpUrl], 'must be an e-mail address or an address of a page');
/** Whole cents. */
const usdAmount = z
  .number()
  .min(1)
  .max(PLAN_USD_MAX)
  .refine((usd) => Number.isInteger(Math.round(usd * 1e6) / 1e4), 'must be an amount in whole cents');
const seconds = z.number().min(0.1).max(86_400);
const usdPerMillion = z.number().min(0).max(PRICE_USD_MAX);

const variable = z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable');

const engineSchema = z.strictObject({
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

const modelSchema = z.strictObject({
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

const unpaidDays = z.int().min(1).max(UNPAID_DAYS_MAX);

/** A plan that includes credit. */
const planSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'may hold small letters, digits and -, 32 at most'),
  name: z.string().trim().min(1).max(60),
  every: z.enum(PERIODS),
  /** USD of each period, without tax. */
  price: usdAmount,
  /** USD that each paid period adds to the balance; left out: the price. */
  credit: usdAmount.optional(),
});
const hostAndPort = z
  .string()
  .max(300)
  .refine(
    (host) => isHttpUrl(`https://${host}`) && !host.includes('/'),
    'must be a host such as agent.example.org',
  );

/** Who else people may sign in by. */
const providerSchema = z.strictObject({
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

/** As the directory of the Data Rights Protocol names agents and businesses (3.05). */
const directoryId = z.string().regex(/^[A-Z_]{1,100}$/, 'may hold capital letters and _, 100 at most');

/** An agent as the network's directory has it; what is not used here may stand there. */
const agentSchema = z.strictObject({
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
const processorSchema = z.strictObject({
  name: sentence,
  region: sentence,
  keeps: sentence,
  contract: sentence,
});

/** `kept.config.json`; docs/configuration.md describes each key. */
export const fileSchema = z.strictObject({
  api: z
    .strictObject({
      host: text.optional(),
      port: port.optional(),
      url: httpUrl.optional(),
      tls: z.strictObject({ cert: text, key: text }).optional(),
      behind_proxy: z.boolean().optional(),
    })
    .optional(),
  /** Who answers for the data (GDPR Art. 30(1)(a)): stands in the record of processing, and on the site. */
  controller: z
    .strictObject({
      name: text.optional(),
      contact: text.optional(),
      /** Where questions and requests about privacy go; the site and letters name it (CONTACT-1). */
      policy_email: z.email('must be an e-mail address').optional(),
      /** Where holes are reported; security.txt names it (RFC 9116). */
      security_contact: reachable.optional(),
      /** Where people write to; left out: `policy_email` (COLLECT-8). */
      contacts: z.partialRecord(z.enum(TOPICS), reachable).optional(),
      representative: text.optional(),
      data_protection_officer: text.optional(),
    })
    .optional(),
  /** The page of a line of the source, with `{file}` and `{line}` in it; pages of promises lead there. */
  source_url: z
    .string()
    .max(500)
    .regex(/^https?:\/\/[^\s"<>]*\{file\}[^\s"<>]*$/, 'must be an address of a page with {file} in it')
    .optional(),
  /** A program and its arguments that print the master key, for a KMS or an HSM. */
  master_key_command: z.array(text).min(1).optional(),
  /** Backups that are made by themselves. */
  backups: z
    .strictObject({
      folder: text.optional(),
      every_hours: z.int().min(0).max(BACKUP_HOURS_MAX).optional(),
      keep: z.int().min(1).max(BACKUPS_MAX).optional(),
    })
    .optional(),
  site: z.strictObject({ host: text.optional(), port: port.optional(), url: httpUrl.optional() }).optional(),
  gateways: z.int().min(1).max(GATEWAYS_MAX).optional(),
  engines: z.array(engineSchema).max(100).optional(),
  /** Runs the embedded engine beside the declared ones, too. */
  embedded_engine: z.boolean().optional(),
  models: z.array(modelSchema).max(1000).optional(),
  model: text.optional(),
  embedding_model: text.optional(),
  /** How long a reply waits for its usage record to be durable. */
  record_wait_seconds: z.number().min(1).max(300).optional(),
  /** Time limits of an exchange with an engine. */
  engine_times: z
    .strictObject({
      connect_seconds: seconds.optional(),
      idle_seconds: seconds.optional(),
      whole_seconds: seconds.optional(),
    })
    .optional(),
  /** Who cosigns the record's checkpoints (C2SP tlog-witness). */
  record: z
    .strictObject({
      witnesses: z
        .array(
          z.strictObject({
            key: z
              .string()
              .refine(isWitnessKey, 'must be a witness’ key (name+12ab34cd+base64 of a cosignature key)'),
            url: httpUrl,
          }),
        )
        .max(WITNESSES_MAX)
        .optional(),
    })
    .optional(),
  /** Requests admitted while control is away, at most. */
  unrecorded_requests: z.int().min(0).max(1_000_000).optional(),
  trusted_proxies: z.array(network).max(100).optional(),
  /** Who may sign up by themselves. */
  sign_up: z.enum(SIGN_UP_MODES).optional(),
  /** How use is paid for. */
  billing: z.enum(BILLING_MODES).optional(),
  /** How long before prices become dearer. */
  price_notice_days: z.int().min(PRICE_NOTICE_DAYS_MIN).max(PRICE_NOTICE_DAYS_MAX).optional(),
  /** How long before a significant change of the policy or the terms holds. */
  policy_notice_days: z.int().min(POLICY_NOTICE_DAYS_MIN).max(POLICY_NOTICE_DAYS_MAX).optional(),
  /** What people can subscribe to; each paid period brings credit. */
  plans: z.array(planSchema).min(1).max(PLANS_MAX).optional(),
  /** What follows when an invoice of a plan is not paid; days after it was not paid first. */
  unpaid_invoices: z
    .strictObject({
      remind_again_days: unpaidDays.optional(),
      limit_days: unpaidDays.optional(),
      suspend_days: unpaidDays.optional(),
      requests_per_minute: z.int().min(1).max(1_000_000).optional(),
    })
    .optional(),
  /** Who reckons the tax on credit that is bought. */
  stripe: z.strictObject({ tax: z.enum(TAX_MODES).optional() }).optional(),
  /** USD, once, for whoever signed up and confirmed their address. */
  sign_up_credit: z.number().min(0).max(SIGN_UP_CREDIT_USD_MAX).optional(),
  /** For `sign_up: domains`: the right side of the addresses. */
  sign_up_domains: z.array(domain).min(1).max(1000).optional(),
  sign_in: z.strictObject({ providers: z.array(providerSchema).max(PROVIDERS_MAX).optional() }).optional(),
  mail: z
    .strictObject({
      from: mailbox.optional(),
      /** Where our own mail server listens (`KEPT_MAIL_PORT`). */
      host: text.optional(),
      /** For STARTTLS there. */
      tls: z.strictObject({ cert: text, key: text }).optional(),
      /** How what is sent is signed (RFC 6376). */
      dkim: z.strictObject({ domain, selector, key: text }).optional(),
      /** Reports come back to the policy address with a tag. */
      tagged_return: z.boolean().optional(),
      campaigns_per_second: z.int().min(1).max(CAMPAIGN_MAILS_PER_SECOND_MAX).optional(),
    })
    .optional(),
  /** Who may ask by the Data Rights Protocol. */
  drp: z
    .strictObject({
      business_id: directoryId,
      agents: z.array(agentSchema).min(1).max(AGENTS_MAX),
      private_callbacks: z.boolean().optional(),
    })
    .optional(),
  /** How demands for data are answered. */
  disclosures: z
    .strictObject({
      objection_days: z.int().min(1).max(OBJECTION_DAYS_MAX).optional(),
      kinds: z.array(z.enum(OWN_KINDS)).max(OWN_KINDS.length).optional(),
      hipaa: z.boolean().optional(),
    })
    .optional(),
  /** Numbers about people that everybody sees. */
  statistics: z
    .strictObject({
      /** People. */
      group_min: z.int().min(GROUP_MIN).max(1_000_000).optional(),
      epsilon: z
        .number()
        .min(EPSILON_MIN)
        .max(EPSILON_MAX_MILLI / 1000)
        .optional(),
    })
    .optional(),
  /** Who the systems of others are that data goes to. */
  processors: z.partialRecord(z.enum(PROCESSORS), processorSchema).optional(),
  allow_unconfined: z.boolean().optional(),
  log_level: z.enum(LEVELS).optional(),
});

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

export type DeclaredEngine = z.infer<typeof engineSchema>;
export type DeclaredModel = z.infer<typeof modelSchema>;
export type DeclaredProvider = z.infer<typeof providerSchema>;
export type DeclaredAgent = z.infer<typeof agentSchema>;
export type ConfigFile = z.infer<typeof fileSchema>;
export type ConfigEnvironment = z.infer<typeof environmentSchema>;

function isWitnessKey(value: string): boolean {
  try {
    witnessVerifier(value);
    return true;
  } catch {
    return false;
  }
}

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return (url.protocol === 'http:' || url.protocol === 'https:') && plain;
}

function isNetwork(value: string): boolean {
  const [address = '', bits = '', ...rest] = value.split('/');
  const version = isIP(address);
  return (
    rest.length === 0 && version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
  );
}
