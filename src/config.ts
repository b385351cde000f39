/**
 * One configuration, checked at the start: the file `kept.config.json` (`KEPT_CONFIG`) and the environment, which wins.
 * Read by the supervisor and the commands only; every process is handed what it needs. A key that is unknown or a value
 * that makes no sense ends the start with one sentence that names it.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import type { z } from 'zod';
import { declaredAgents } from './config-agents.ts';
import { ConfigError } from './config-error.ts';
import { dkimOf } from './config-mail.ts';
import { declaredProviders } from './config-providers.ts';
import {
  type ConfigEnvironment,
  type ConfigFile,
  type DeclaredEngine,
  type DeclaredModel,
  environmentSchema,
  fileSchema,
} from './config-schema.ts';
import { stripeOf } from './config-stripe.ts';
import { DEFAULT_DISCLOSURES, type DisclosureSettings } from './control/disclosure/settings.ts';
import type { DrpSettings } from './control/drp/settings.ts';
import { PRICE_NOTICE_DAYS_MIN } from './control/models/notice-days.ts';
import type { MailSettings } from './control/notices/notices.ts';
import type { StripeSettings } from './control/payments/settings.ts';
import type { ProcessorId, ProcessorTerms } from './control/processors/settings.ts';
import { POLICY_NOTICE_DAYS_MIN } from './control/publishing/notice-days.ts';
import type { Topic } from './control/settings.ts';
import type { SIGN_UP_MODES } from './control/sign-in/parts.ts';
import type { ProviderSettings } from './control/sign-in/providers/settings.ts';
import { EPSILON_MAX_MILLI, GROUP_MIN, type StatisticsSettings } from './control/statistics/settings.ts';
import { DEFAULT_TIMES, type Times } from './gateway/settings.ts';
import type { BillingMode } from './link/words.ts';
import type { Level } from './log/fields.ts';
import type { Schedule } from './store/backup/schedule.ts';
import type { Controller } from './store/map/processing.ts';

export { ConfigError };

/** Paths. */
interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Config {
  readonly dataFolder: string;
  readonly keysFolder: string;
  /** Erasure ledger and record, outside the database; never rolled back. */
  readonly ledgerFolder: string;
  /** 64 hex digits or the path of a key file; null: a command prints it, or it is a file in the keys folder, made at the first start. */
  readonly masterKey: string | null;
  /** A program and its arguments that print the master key. */
  readonly masterKeyCommand: readonly string[] | null;
  /** Backups that are made by themselves. */
  readonly backups: Schedule;
  /** Where the default model is fetched to. */
  readonly modelsFolder: string;
  readonly apiHost: string;
  readonly apiPort: number;
  readonly apiUrl: string;
  readonly siteHost: string;
  readonly sitePort: number;
  readonly siteUrl: string;
  /** Null takes any free one. */
  readonly metricsPort: number | null;
  readonly tls: TlsFiles | null;
  readonly gateways: number;
  readonly trustedProxies: readonly string[];
  readonly signUp: {
    readonly mode: (typeof SIGN_UP_MODES)[number];
    readonly domains: readonly string[];
    /** Micro-dollars. */
    readonly credit: number;
  };
  readonly billing: BillingMode;
  readonly priceNoticeDays: number;
  readonly policyNoticeDays: number;
  /** Null: nobody buys credit by themselves; the operator adds it. */
  readonly stripe: StripeSettings | null;
  /** Who else people may sign in by, with their secrets out of the environment. */
  readonly providers: readonly ProviderSettings[];
  readonly mail: MailSettings;
  /** Whence mail to the policy address comes. */
  readonly mailDoor: {
    /** Null: no mail server of our own. */
    readonly listen: { readonly host: string; readonly port: number; readonly tls: TlsFiles | null } | null;
    /** Null: no mailbox is emptied. */
    readonly imapUrl: string | null;
  };
  /** Null: nobody may ask by the Data Rights Protocol. */
  readonly drp: DrpSettings | null;
  readonly disclosures: DisclosureSettings;
  /** Null: no numbers about people are published. */
  readonly statistics: StatisticsSettings | null;
  /** Who the systems of others are, as far as the operator has said. */
  readonly processors: Readonly<Partial<Record<ProcessorId, ProcessorTerms>>>;
  /** Null runs the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Null runs no embedded engine. `path` null is the default model, fetched once. */
  readonly embedded: { readonly path: string | null; readonly embeddingPath: string | null } | null;
  /** Engines besides the embedded one, and the environment's key for each that names one. */
  readonly engines: readonly (DeclaredEngine & { readonly key: string | null })[];
  readonly models: readonly DeclaredModel[];
  /** Who cosigns the record's checkpoints. */
  readonly witnesses: readonly { readonly key: string; readonly url: string }[];
  readonly times: Times;
  readonly recordWaitMs: number;
  readonly unrecordedMax: number;
  readonly allowUnconfined: boolean;
  /** Who answers for the data; null: not said. */
  readonly controller: Controller;
  /** An e-mail address or a page where holes are reported; null: not said. */
  readonly securityContact: string | null;
  /** The page of a line of the source, with `{file}` and `{line}` in it; null: not said. */
  readonly sourceUrl: string | null;
  /** An e-mail address or a page for each of them that is said. */
  readonly contacts: Readonly<Partial<Record<Topic, string>>>;
  /** Null: as the terminal suggests. */
  readonly logLevel: Level | null;
  /** Names of what the operator has set: of the file's keys (`engines[].url`) and of the environment's variables. */
  readonly fields: readonly string[];
}

const MICRO_USD = 1_000_000;
const DEFAULT_FILE = 'kept.config.json';
const DEFAULT_RECORD_WAIT_SECONDS = 15;
const DEFAULT_UNRECORDED_REQUESTS = 1000;
const LOOPBACK = '127.0.0.1';
const HOUR_MS = 3_600_000;
const DEFAULT_BACKUP_HOURS = 24;
const DEFAULT_BACKUPS = 7;

type Environment = Readonly<Record<string, string | undefined>>;

/** The data folder alone: all that a command needs to find the running instance. */
export function dataFolderOf(environment: Environment, folder: string): string {
  return path.resolve(folder, environment.KEPT_DATA || './data');
}

/** What `kept keys rotate --master` is given in the environment: 64 hex digits or the path of a file; null: nothing. */
export function newMasterKeyOf(environment: Environment, folder: string): string | null {
  return masterKey(environment.KEPT_NEW_MASTER_KEY || undefined, folder);
}

/** The key itself, or the file that holds it. */
function masterKey(value: string | undefined, folder: string): string | null {
  if (value === undefined) return null;
  return /^[0-9a-fA-F]{64}$/.test(value) ? value : path.resolve(folder, value);
}

/** Reads and checks everything; paths are relative to `folder`, those in the file to the file. */
export function readConfig(environment: Environment, folder: string): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const env = check(environmentSchema, set, 'The environment variable');
  const filePath = path.resolve(folder, env.KEPT_CONFIG ?? DEFAULT_FILE);
  const file = readFile(filePath, env.KEPT_CONFIG !== undefined);
  const beside = (p: string) => path.resolve(path.dirname(filePath), p);

  const dataFolder = dataFolderOf(set, folder);
  const tls = file.api?.tls ? { cert: beside(file.api.tls.cert), key: beside(file.api.tls.key) } : null;
  const trustedProxies = env.KEPT_TRUSTED_PROXIES ?? file.trusted_proxies ?? [];
  const behindProxy = file.api?.behind_proxy ?? trustedProxies.length > 0;
  const apiHost = env.KEPT_HOST ?? file.api?.host ?? LOOPBACK;
  const ownSiteHost = env.KEPT_HOST ?? file.site?.host ?? apiHost;
  // The site itself speaks plain HTTP: without a proxy before it, it stays on this machine.
  const siteHost = isLoopback(ownSiteHost) || behindProxy ? ownSiteHost : LOOPBACK;
  if (!isLoopback(apiHost) && tls === null && !behindProxy) {
    throw new ConfigError(
      `The API would answer plain HTTP on ${apiHost}, readable on the way: set "api.tls" in ${DEFAULT_FILE}, or "api.behind_proxy": true if a proxy with TLS stands before it.`,
    );
  }
  const apiPort = env.KEPT_API_PORT ?? file.api?.port ?? 8081;
  const sitePort = env.KEPT_SITE_PORT ?? file.site?.port ?? 8080;
  if (apiPort === sitePort) {
    throw new ConfigError(
      `The site and the API cannot both have port ${apiPort}: set KEPT_SITE_PORT or KEPT_API_PORT to another one.`,
    );
  }
  const siteUrl = withoutSlash(env.KEPT_SITE_URL ?? file.site?.url ?? `http://localhost:${sitePort}`);
  const engines = declaredEngines(file, env, environment);
  const own = env.KEPT_MODEL ?? null;
  const withEmbedded =
    env.KEPT_ENGINE_URL === undefined &&
    (engines.length === 0 || own !== null || file.embedded_engine === true);
  return {
    dataFolder,
    keysFolder:
      env.KEPT_KEYS === undefined ? path.join(dataFolder, 'keys') : path.resolve(folder, env.KEPT_KEYS),
    ledgerFolder:
      env.KEPT_LEDGER === undefined ? path.join(dataFolder, 'ledger') : path.resolve(folder, env.KEPT_LEDGER),
    masterKey: masterKey(env.KEPT_MASTER_KEY, folder),
    masterKeyCommand: env.KEPT_MASTER_KEY === undefined ? (file.master_key_command ?? null) : null,
    backups: {
      folder:
        file.backups?.folder === undefined ? path.join(dataFolder, 'backups') : beside(file.backups.folder),
      everyMs: (file.backups?.every_hours ?? DEFAULT_BACKUP_HOURS) * HOUR_MS,
      keep: file.backups?.keep ?? DEFAULT_BACKUPS,
    },
    modelsFolder:
      env.KEPT_MODEL_CACHE === undefined
        ? path.join(dataFolder, 'models')
        : path.resolve(folder, env.KEPT_MODEL_CACHE),
    apiHost,
    apiPort,
    apiUrl: withoutSlash(
      env.KEPT_API_URL ?? file.api?.url ?? `${tls ? 'https' : 'http'}://localhost:${apiPort}`,
    ),
    siteHost,
    sitePort,
    siteUrl,
    metricsPort: env.KEPT_METRICS_PORT ?? null,
    tls,
    gateways: file.gateways ?? 1,
    trustedProxies,
    signUp: signUpOf(file),
    billing: file.billing ?? 'prepaid',
    priceNoticeDays: file.price_notice_days ?? PRICE_NOTICE_DAYS_MIN,
    policyNoticeDays: file.policy_notice_days ?? POLICY_NOTICE_DAYS_MIN,
    stripe: stripeOf(file, env),
    providers: declaredProviders(file, environment),
    mail: {
      smtpUrl: env.SMTP_URL ?? null,
      from: file.mail?.from ?? null,
      dkim: dkimOf(file, siteUrl, beside),
      ...(file.mail?.tagged_return !== undefined && { taggedReturn: file.mail.tagged_return }),
      ...(file.mail?.campaigns_per_second !== undefined && {
        campaignsPerSecond: file.mail.campaigns_per_second,
      }),
    },
    mailDoor: mailDoorOf(file, env, beside),
    drp: declaredAgents(file),
    disclosures: disclosuresOf(file),
    statistics: statisticsOf(file),
    processors: file.processors ?? {},
    databaseUrl: env.DATABASE_URL ?? null,
    embedded: withEmbedded
      ? {
          path: own !== null ? path.resolve(folder, own) : file.model ? beside(file.model) : null,
          embeddingPath: file.embedding_model ? beside(file.embedding_model) : null,
        }
      : null,
    engines,
    models: declaredModels(file, engines),
    witnesses: (file.record?.witnesses ?? []).map(({ key, url }) => ({ key, url: withoutSlash(url) })),
    times: engineTimes(file.engine_times),
    recordWaitMs: (file.record_wait_seconds ?? DEFAULT_RECORD_WAIT_SECONDS) * 1000,
    unrecordedMax: file.unrecorded_requests ?? DEFAULT_UNRECORDED_REQUESTS,
    allowUnconfined: file.allow_unconfined ?? false,
    controller: {
      name: file.controller?.name ?? null,
      contact: file.controller?.contact ?? null,
      policy_email: file.controller?.policy_email ?? null,
      representative: file.controller?.representative ?? null,
      data_protection_officer: file.controller?.data_protection_officer ?? null,
    },
    securityContact: file.controller?.security_contact ?? null,
    sourceUrl: file.source_url ?? null,
    contacts: file.controller?.contacts ?? {},
    logLevel: env.KEPT_LOG_LEVEL ?? file.log_level ?? null,
    fields: [...new Set([...namesIn(file), ...Object.keys(env)])].sort(),
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

/** The names of the keys that hold something, those in a list once. */
function namesIn(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => namesIn(each, `${at}[]`));
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, inner]) => namesIn(inner, at === '' ? key : `${at}.${key}`));
}
/** Whether only this machine can reach `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
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

/** Shut unless the operator says where mail comes from. */
function mailDoorOf(
  file: ConfigFile,
  env: ConfigEnvironment,
  beside: (file: string) => string,
): Config['mailDoor'] {
  const { KEPT_MAIL_PORT: port, IMAP_URL: imapUrl = null } = env;
  if (port === undefined && imapUrl === null) return { listen: null, imapUrl };
  if (file.controller?.policy_email === undefined)
    throw new ConfigError(
      `${port === undefined ? 'IMAP_URL' : 'KEPT_MAIL_PORT'} takes mail to the policy address, and there is none: set "controller.policy_email" in ${DEFAULT_FILE}.`,
    );
  if (port === undefined) return { listen: null, imapUrl };
  const tls = file.mail?.tls;
  return {
    listen: {
      host: file.mail?.host ?? env.KEPT_HOST ?? LOOPBACK,
      port,
      tls: tls === undefined ? null : { cert: beside(tls.cert), key: beside(tls.key) },
    },
    imapUrl,
  };
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

function declaredEngines(
  file: ConfigFile,
  env: ConfigEnvironment,
  environment: Environment,
): Config['engines'] {
  const declared = (file.engines ?? []).map((engine) => ({
    ...engine,
    url: withoutSlash(engine.url),
    key: engine.key_env === undefined ? null : keyFrom(environment, engine.name, engine.key_env),
  }));
  const names = declared.map((engine) => engine.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new ConfigError(`Two engines are called "${twice}": give each in "engines" a name of its own.`);
  if (env.KEPT_ENGINE_URL === undefined) return declared;
  const url = withoutSlash(env.KEPT_ENGINE_URL);
  const key = env.KEPT_ENGINE_KEY ?? null;
  // An entry with the same address declares the terms of the environment's engine.
  if (declared.some((engine) => engine.url === url)) {
    return declared.map((engine) => (engine.url === url && key !== null ? { ...engine, key } : engine));
  }
  return [{ name: 'engine', url, key }, ...declared];
}

function keyFrom(environment: Environment, engine: string, variable: string): string {
  const key = environment[variable];
  if (key) return key;
  throw new ConfigError(
    `The engine "${engine}" takes its key from the environment variable ${variable}, which is empty: set it, or remove "key_env".`,
  );
}

function engineTimes(given: ConfigFile['engine_times']): Times {
  const ms = (value: number | undefined, otherwise: number) =>
    value === undefined ? otherwise : value * 1000;
  return {
    connectMs: ms(given?.connect_seconds, DEFAULT_TIMES.connectMs),
    idleMs: ms(given?.idle_seconds, DEFAULT_TIMES.idleMs),
    wholeMs: ms(given?.whole_seconds, DEFAULT_TIMES.wholeMs),
  };
}

function declaredModels(file: ConfigFile, engines: Config['engines']): readonly DeclaredModel[] {
  const known = new Set(['embedded', ...engines.map((engine) => engine.name)]);
  for (const model of file.models ?? []) {
    const unknown = model.engines?.find((engine) => !known.has(engine));
    if (unknown !== undefined) {
      throw new ConfigError(
        `The model "${model.name}" names the engine "${unknown}", which "engines" does not declare: declare it or correct the name.`,
      );
    }
  }
  return file.models ?? [];
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
