/**
 * One configuration, checked at the start: the file `kept.config.json` (`KEPT_CONFIG`) and the environment, which wins.
 * Read by the supervisor and the commands only; every process is handed what it needs. A key that is unknown or a value
 * that makes no sense ends the start with one sentence that names it.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { DEFAULT_DISCLOSURES, type DisclosureSettings } from '../control/disclosure/settings.ts';
import { PRICE_NOTICE_DAYS_MIN } from '../control/models/notice-days.ts';
import { POLICY_NOTICE_DAYS_MIN } from '../control/publishing/notice-days.ts';
import { EPSILON_MAX_MILLI, GROUP_MIN, type StatisticsSettings } from '../control/statistics/settings.ts';
import { addressesOf, withoutSlash } from './addresses.ts';
import { declaredAgents } from './agents.ts';
import type { Config } from './config.ts';
import { enginesOf } from './engines.ts';
import { environmentSchema } from './environment-schema.ts';
import { ConfigError } from './error.ts';
import { type ConfigFile, DEFAULT_FILE, fileSchema } from './file-schema.ts';
import { type Environment, foldersOf } from './folders.ts';
import { mailDoorOf, mailOf } from './mail.ts';
import { declaredProviders } from './providers.ts';
import { stripeOf } from './stripe.ts';

const MICRO_USD = 1_000_000;
const DEFAULT_RECORD_WAIT_SECONDS = 15;
const DEFAULT_UNRECORDED_REQUESTS = 1000;

/** Reads and checks everything; paths are relative to `folder`, those in the file to the file. Throws `ConfigError`. */
export function readConfig(environment: Environment, folder: string): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const env = check(environmentSchema, set, 'The environment variable');
  const filePath = path.resolve(folder, env.KEPT_CONFIG ?? DEFAULT_FILE);
  const file = readFile(filePath, env.KEPT_CONFIG !== undefined);
  const beside = (p: string) => path.resolve(path.dirname(filePath), p);
  const addresses = addressesOf(file, env, beside);
  const { siteUrl } = addresses;
  return {
    ...foldersOf(file, env, { folder, beside }),
    ...addresses,
    ...enginesOf(file, env, { environment, folder, beside }),
    ...controllerOf(file),
    gateways: file.gateways ?? 1,
    signUp: signUpOf(file),
    billing: file.billing ?? 'prepaid',
    priceNoticeDays: file.price_notice_days ?? PRICE_NOTICE_DAYS_MIN,
    policyNoticeDays: file.policy_notice_days ?? POLICY_NOTICE_DAYS_MIN,
    stripe: stripeOf(file, env),
    providers: declaredProviders(file, environment),
    mail: mailOf(file, env, { siteUrl, beside }),
    mailDoor: mailDoorOf(file, env, beside),
    drp: declaredAgents(file),
    disclosures: disclosuresOf(file),
    statistics: statisticsOf(file),
    processors: file.processors ?? {},
    processorsComing: file.processors_coming ?? {},
    databaseUrl: env.DATABASE_URL ?? null,
    witnesses: (file.record?.witnesses ?? []).map(({ key, url }) => ({ key, url: withoutSlash(url) })),
    recordWaitMs: (file.record_wait_seconds ?? DEFAULT_RECORD_WAIT_SECONDS) * 1000,
    unrecordedMax: file.unrecorded_requests ?? DEFAULT_UNRECORDED_REQUESTS,
    allowUnconfined: file.allow_unconfined ?? false,
    sourceUrl: file.source_url ?? null,
    logLevel: env.KEPT_LOG_LEVEL ?? file.log_level ?? null,
    fields: [...new Set([...namesIn(file), ...Object.keys(env)])].sort(),
  };
}

function controllerOf({
  controller = {},
}: ConfigFile): Pick<Config, 'controller' | 'securityContact' | 'contacts'> {
  const { name, contact, policy_email, representative, data_protection_officer } = controller;
  return {
    controller: {
      name: name ?? null,
      contact: contact ?? null,
      policy_email: policy_email ?? null,
      representative: representative ?? null,
      data_protection_officer: data_protection_officer ?? null,
    },
    securityContact: controller.security_contact ?? null,
    contacts: controller.contacts ?? {},
  };
}

function disclosuresOf({ disclosures = {} }: ConfigFile): DisclosureSettings {
  const { objection_days: objectionDays, kinds, hipaa } = disclosures;
  return {
    objectionDays: objectionDays ?? DEFAULT_DISCLOSURES.objectionDays,
    kinds: kinds ?? DEFAULT_DISCLOSURES.kinds,
    hipaa: hipaa ?? DEFAULT_DISCLOSURES.hipaa,
  };
}

function statisticsOf({ statistics }: ConfigFile): StatisticsSettings | null {
  if (statistics === undefined) return null;
  const { group_min: groupMin = GROUP_MIN, epsilon } = statistics;
  return { groupMin, epsilonMilli: epsilon === undefined ? EPSILON_MAX_MILLI : Math.floor(epsilon * 1000) };
}

/** Open unless the operator says otherwise. */
function signUpOf(file: ConfigFile): Config['signUp'] {
  const mode = file.sign_up ?? 'open';
  const domains = file.sign_up_domains ?? [];
  if (mode === 'domains' && domains.length === 0) {
    throw new ConfigError(
      '"sign_up" is "domains", but no domain is named: list them in "sign_up_domains", such as ["example.org"].',
    );
  }
  if ((file.billing ?? 'prepaid') !== 'prepaid' && (file.sign_up_credit ?? 0) > 0) {
    throw new ConfigError(
      `"sign_up_credit" is set, but nobody has credit with "billing": "${file.billing}": remove one of the two.`,
    );
  }
  return { mode, domains, credit: Math.round((file.sign_up_credit ?? 0) * MICRO_USD) };
}

/** The names of the keys that hold something, those in a list once. */
function namesIn(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => namesIn(each, `${at}[]`));
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, inner]) => namesIn(inner, at === '' ? key : `${at}.${key}`));
}

function readFile(filePath: string, mustExist: boolean): ConfigFile {
  let raw: string;
  try {
    raw = readFileSync(filePath, 'utf8');
  } catch (error) {
    if (!mustExist && (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigError(
      `The configuration ${filePath} cannot be read: check that it is there and that this user may read it.`,
    );
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(raw);
  } catch {
    throw new ConfigError(
      `The configuration ${filePath} is not JSON: correct it (a missing comma or quote is the usual cause).`,
    );
  }
  return check(fileSchema, parsed, `In ${filePath},`);
}

/** `value` as `schema` reads it, or one sentence about the first thing that is wrong. */
function check<S extends z.ZodType>(schema: S, value: unknown, where: string): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const place = [...(issue?.path ?? []), ...keys.slice(0, 1)].map(String).join('.');
  const what =
    keys.length > 0 ? 'is not a key that Kept knows; remove it or correct its spelling' : issue?.message;
  throw new ConfigError(`${where} ${place === '' ? 'the whole' : `"${place}"`} is wrong: ${what}.`);
}
