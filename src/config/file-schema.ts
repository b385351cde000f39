/** What may stand in `kept.config.json`, key by key. Names as operators write them; `read.ts` makes one typed configuration of it. */
import { z } from 'zod';
import { OWN_KINDS } from '../control/disclosure/words.ts';
import { PRICE_NOTICE_DAYS_MAX, PRICE_NOTICE_DAYS_MIN } from '../control/models/notice-days.ts';
import { TAX_MODES } from '../control/payments/settings.ts';
import { PROCESSORS } from '../control/processors/settings.ts';
import { POLICY_NOTICE_DAYS_MAX, POLICY_NOTICE_DAYS_MIN } from '../control/publishing/notice-days.ts';
import { TOPICS } from '../control/settings.ts';
import { SIGN_UP_MODES } from '../control/sign-in/parts.ts';
import { EPSILON_MAX_MILLI, GROUP_MIN } from '../control/statistics/settings.ts';
import { BILLING_MODES } from '../link/words.ts';
import { LEVELS } from '../log/fields.ts';
import { witnessVerifier } from '../record/witness.ts';
import {
  agentSchema,
  engineSchema,
  modelSchema,
  planSchema,
  processorSchema,
  providerSchema,
} from './declared.ts';
import {
  directoryId,
  domain,
  httpUrl,
  mailbox,
  network,
  port,
  reachable,
  seconds,
  selector,
  text,
} from './fields.ts';

/** Beside the folder where Kept is started, unless `KEPT_CONFIG` names another. */
export const DEFAULT_FILE = 'kept.config.json';

const SIGN_UP_CREDIT_USD_MAX = 10_000;
const UNPAID_DAYS_MAX = 365;
const PLANS_MAX = 20;
const GATEWAYS_MAX = 256;
const BACKUP_HOURS_MAX = 720;
const BACKUPS_MAX = 10_000;
const WITNESSES_MAX = 20;
const PROVIDERS_MAX = 10;
const AGENTS_MAX = 100;
const CAMPAIGN_MAILS_PER_SECOND_MAX = 1000;
/** Below it, noise is all that is left of a number. */
const EPSILON_MIN = 0.01;
const OBJECTION_DAYS_MAX = 90;

const unpaidDays = z.int().min(1).max(UNPAID_DAYS_MAX);

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
  /** Who is to do it later, so that people are told in time. */
  processors_coming: z.partialRecord(z.enum(PROCESSORS), processorSchema).optional(),
  allow_unconfined: z.boolean().optional(),
  log_level: z.enum(LEVELS).optional(),
});
export type ConfigFile = z.infer<typeof fileSchema>;

function isWitnessKey(value: string): boolean {
  try {
    witnessVerifier(value);
    return true;
  } catch {
    return false;
  }
}
