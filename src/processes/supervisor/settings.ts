/** Each role's settings out of the checked configuration. */
import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Config, DeclaredModel } from '../../config/index.ts';
import {
  ADDRESS_NOT_ENTERED,
  type Company,
  type ControlSettings,
  type ModelSettings,
  type PriceSettings,
  type SocketOwner,
  TOPICS,
} from '../../control/settings.ts';
import { ENGINE_DEFAULTS, type EngineSettings } from '../../engine/settings.ts';
import type { GatewaySettings } from '../../gateway/settings.ts';
import type { Level } from '../../log/fields.ts';
import type { NumberedEngine } from './engines.ts';
import { comingProcessors } from './processors.ts';

const MICRO = 1_000_000;
/** USD for a million tokens either way, where the configuration names no price. */
const DEFAULT_PRICE_USD = 0.1;
const DEFAULT_MODEL = 'smollm2-135m-instruct';

/** The local sockets below the run folder. */
export interface Sockets {
  readonly link: string;
  readonly admin: string;
  readonly engine: string;
  readonly gateway: (at: number) => string;
}

export function socketsIn(runFolder: string): Sockets {
  return {
    link: path.join(runFolder, 'link.sock'),
    admin: path.join(runFolder, 'admin.sock'),
    engine: path.join(runFolder, 'engine.sock'),
    gateway: (at) => path.join(runFolder, `gateway-${at}.sock`),
  };
}

export function gatewaySettings(
  config: Config,
  sockets: Sockets,
  engines: readonly NumberedEngine[],
  at: number,
  logLevel: Level,
): GatewaySettings {
  return {
    session: randomBytes(16).toString('hex'),
    host: config.apiHost,
    port: config.apiPort,
    reusePort: config.gateways > 1,
    shared: config.gateways > 1,
    tls: config.tls,
    link: sockets.link,
    inside: sockets.gateway(at),
    logLevel,
    siteUrl: config.siteUrl,
    apiUrl: config.apiUrl,
    trustedProxies: config.trustedProxies,
    engines: engines.map((engine) => engine.settings),
    times: config.times,
    recordWaitMs: config.recordWaitMs,
    unrecordedMax: config.unrecordedMax,
    allowUnconfined: config.allowUnconfined,
  };
}

/** Where the operator has not said, the site says so, in words that stand where the answer will. */
const companyOf = ({
  controller: { name, contact, policy_email, data_protection_officer },
  securityContact,
  contacts,
}: Config): Company => ({
  name: name ?? 'the operator of this site (who has not entered a name yet)',
  postalAddress: contact ?? ADDRESS_NOT_ENTERED,
  policyEmail: policy_email ?? 'the operator of this site',
  dpo: data_protection_officer,
  securityContact: addressOf(securityContact ?? policy_email),
  contacts: Object.fromEntries(
    TOPICS.map((topic) => [topic, addressOf(contacts[topic] ?? policy_email)]),
  ) as Company['contacts'],
});

const addressOf = (contact: string | null): string | null =>
  contact === null || contact.includes('://') ? contact : `mailto:${contact}`;

export function controlSettings(
  config: Config,
  sockets: Sockets,
  engines: readonly NumberedEngine[],
  place: {
    readonly databaseUrl: string;
    readonly processors: ControlSettings['processors'];
    readonly linkOwner: SocketOwner | null;
    readonly logLevel: Level;
    readonly release: ControlSettings['release'];
  },
): ControlSettings {
  return {
    databaseUrl: place.databaseUrl,
    host: config.siteHost,
    sitePort: config.sitePort,
    siteUrl: config.siteUrl,
    apiUrl: config.apiUrl,
    linkSocket: sockets.link,
    linkOwner: place.linkOwner,
    adminSocket: sockets.admin,
    keysFolder: config.keysFolder,
    ledgerFolder: config.ledgerFolder,
    masterKey: config.masterKey,
    masterKeyCommand: config.masterKeyCommand,
    exportsFolder: path.join(config.dataFolder, 'exports'),
    backups: config.backups,
    trustedProxies: config.trustedProxies,
    signUp: config.signUp,
    providers: config.providers,
    mail: config.mail,
    mailDoor: config.mailDoor,
    drp: config.drp,
    disclosures: config.disclosures,
    statistics: config.statistics,
    billing: config.billing,
    priceNoticeDays: config.priceNoticeDays,
    policyNoticeDays: config.policyNoticeDays,
    stripe: config.stripe,
    processors: place.processors,
    processorsComing: comingProcessors(config),
    engines: engines.map(({ settings: { number, url, socket, key } }) => ({ number, url, socket, key })),
    declarations: engines.map(({ name, settings: { number, region, terms } }) => ({
      number,
      name,
      region,
      ...terms,
    })),
    company: companyOf(config),
    sourceUrl: config.sourceUrl,
    models: config.models.map((model) => modelSettings(model, engines)),
    defaultPrice: { prompt: DEFAULT_PRICE_USD * MICRO, completion: DEFAULT_PRICE_USD * MICRO },
    logLevel: place.logLevel,
    witnesses: config.witnesses,
    release: place.release,
    configuration: { fields: config.fields, digest: digestOf(config) },
  };
}

/** SHA-256 of the checked configuration without what opens anything or names a person. */
function digestOf(config: Config): string {
  const withoutSecrets = {
    ...config,
    masterKey: config.masterKey !== null,
    providers: config.providers.map(({ clientSecret, ...provider }) => provider),
    stripe: config.stripe && {
      tax: config.stripe.tax,
      apiUrl: config.stripe.apiUrl,
      plans: config.stripe.plans,
      unpaid: config.stripe.unpaid,
    },
    databaseUrl: withoutPassword(config.databaseUrl),
    mail: {
      ...config.mail,
      smtpUrl: withoutPassword(config.mail.smtpUrl),
      dkim: config.mail.dkim && { ...config.mail.dkim, privateKey: true },
    },
    mailDoor: { ...config.mailDoor, imapUrl: withoutPassword(config.mailDoor.imapUrl) },
    engines: config.engines.map(({ key, terms, ...engine }) => ({
      ...engine,
      key: key !== null,
      terms: terms && { ...terms, attested_by: null },
    })),
  };
  return createHash('sha256').update(JSON.stringify(withoutSecrets)).digest('hex');
}

/** An address that cannot be read is nothing but set. */
function withoutPassword(url: string | null): string | null {
  if (url === null) return null;
  if (!URL.canParse(url)) return 'set';
  const parsed = new URL(url);
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}

function modelSettings(model: DeclaredModel, engines: readonly NumberedEngine[]): ModelSettings {
  const served = model.engines?.map(
    (name) => engines.find((engine) => engine.name === name)?.settings.number,
  );
  return {
    name: model.name,
    ...(model.kind === undefined ? {} : { kind: model.kind }),
    ...(served === undefined ? {} : { engines: served.filter((number) => number !== undefined) }),
    ...(model.prices === undefined ? {} : { prices: microPrices(model.prices) }),
    ...(model.context === undefined ? {} : { context: model.context }),
    ...(model.max_output === undefined ? {} : { maxOutput: model.max_output }),
  };
}

function microPrices(usd: NonNullable<DeclaredModel['prices']>): PriceSettings {
  const micro = (price: number) => Math.round(price * MICRO);
  return {
    prompt: micro(usd.prompt),
    completion: micro(usd.completion),
    ...(usd.cached === undefined ? {} : { cached: micro(usd.cached) }),
    ...(usd.reasoning === undefined ? {} : { reasoning: micro(usd.reasoning) }),
  };
}

export function embeddedEngineSettings(config: Config, sockets: Sockets, modelPath: string): EngineSettings {
  const embeddingModelPath = config.embedded?.embeddingPath ?? null;
  return {
    ...ENGINE_DEFAULTS,
    listen: { socket: sockets.engine },
    modelPath,
    modelName: config.embedded?.path ? modelNameOf(config.embedded.path) : DEFAULT_MODEL,
    embeddingModelPath,
    embeddingModelName:
      embeddingModelPath === null ? ENGINE_DEFAULTS.embeddingModelName : modelNameOf(embeddingModelPath),
  };
}

/** A model's name out of its file's, in the alphabet of names. */
function modelNameOf(file: string): string {
  const name = path
    .basename(file)
    .replace(/\.gguf$/i, '')
    .toLowerCase()
    .replace(/[^\w.:@+-]+/g, '-')
    .slice(0, 128);
  return name === '' ? 'model' : name;
}
