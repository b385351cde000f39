/**
 * One configuration, checked at the start: the file `kept.config.json` (`KEPT_CONFIG`) and the environment, which wins.
 * Read by the supervisor and the commands only; every process is handed what it needs. A key that is unknown or a value
 * that makes no sense ends the start with one sentence that names it.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { DEFAULT_TIMES, DIALECTS, PREFIX_CACHES, type Times } from './gateway/settings.ts';
import { MODEL_KINDS } from './link/words.ts';
import { LEVELS, type Level } from './log/fields.ts';

/** A configuration that cannot be used: one sentence. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Largest price, in USD for a million tokens; keeps micro-dollar arithmetic exact. */
const PRICE_USD_MAX = 2000;
const CONTEXT_TOKENS_MAX = 100_000_000;
const GATEWAYS_MAX = 256;
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
const seconds = z.number().min(0.1).max(86_400);
const usdPerMillion = z.number().min(0).max(PRICE_USD_MAX);

const engineSchema = z.strictObject({
  name,
  url: httpUrl,
  /** Name of the environment variable with the engine's key. */
  key_env: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable')
    .optional(),
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
  /** Requests admitted while control is away, at most. */
  unrecorded_requests: z.int().min(0).max(1_000_000).optional(),
  trusted_proxies: z.array(network).max(100).optional(),
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
  KEPT_KEYS: text.optional(),
  KEPT_MODEL: text.optional(),
  KEPT_MODEL_CACHE: text.optional(),
  KEPT_ENGINE_URL: httpUrl.optional(),
  KEPT_ENGINE_KEY: text.optional(),
});

export type DeclaredEngine = z.infer<typeof engineSchema>;
export type DeclaredModel = z.infer<typeof modelSchema>;

export interface Config {
  readonly dataFolder: string;
  readonly keysFolder: string;
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
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly gateways: number;
  readonly trustedProxies: readonly string[];
  /** Null runs the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Null runs no embedded engine. `path` null is the default model, fetched once. */
  readonly embedded: { readonly path: string | null; readonly embeddingPath: string | null } | null;
  /** Engines besides the embedded one, and the environment's key for each that names one. */
  readonly engines: readonly (DeclaredEngine & { readonly key: string | null })[];
  readonly models: readonly DeclaredModel[];
  readonly times: Times;
  readonly recordWaitMs: number;
  readonly unrecordedMax: number;
  readonly allowUnconfined: boolean;
  /** Null: as the terminal suggests. */
  readonly logLevel: Level | null;
}

const DEFAULT_FILE = 'kept.config.json';
const DEFAULT_RECORD_WAIT_SECONDS = 15;
const DEFAULT_UNRECORDED_REQUESTS = 1000;
const LOOPBACK = '127.0.0.1';

type Environment = Readonly<Record<string, string | undefined>>;
type ConfigFile = z.infer<typeof fileSchema>;

/** The data folder alone: all that a command needs to find the running instance. */
export function dataFolderOf(environment: Environment, folder: string): string {
  return path.resolve(folder, environment.KEPT_DATA || './data');
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
  const engines = declaredEngines(file, env, environment);
  const own = env.KEPT_MODEL ?? null;
  const withEmbedded =
    env.KEPT_ENGINE_URL === undefined &&
    (engines.length === 0 || own !== null || file.embedded_engine === true);
  return {
    dataFolder,
    keysFolder:
      env.KEPT_KEYS === undefined ? path.join(dataFolder, 'keys') : path.resolve(folder, env.KEPT_KEYS),
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
    siteUrl: withoutSlash(env.KEPT_SITE_URL ?? file.site?.url ?? `http://localhost:${sitePort}`),
    metricsPort: env.KEPT_METRICS_PORT ?? null,
    tls,
    gateways: file.gateways ?? 1,
    trustedProxies,
    databaseUrl: env.DATABASE_URL ?? null,
    embedded: withEmbedded
      ? {
          path: own !== null ? path.resolve(folder, own) : file.model ? beside(file.model) : null,
          embeddingPath: file.embedding_model ? beside(file.embedding_model) : null,
        }
      : null,
    engines,
    models: declaredModels(file, engines),
    times: engineTimes(file.engine_times),
    recordWaitMs: (file.record_wait_seconds ?? DEFAULT_RECORD_WAIT_SECONDS) * 1000,
    unrecordedMax: file.unrecorded_requests ?? DEFAULT_UNRECORDED_REQUESTS,
    allowUnconfined: file.allow_unconfined ?? false,
    logLevel: env.KEPT_LOG_LEVEL ?? file.log_level ?? null,
  };
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

function declaredEngines(
  file: ConfigFile,
  env: z.infer<typeof environmentSchema>,
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
