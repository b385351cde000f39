/** `kept start`: brings everything up in order, keeps it running, and takes it down in order. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config/index.ts';
import type { ProcessorSettings } from '../../control/processors/settings.ts';
import type { Level, Role } from '../../log/fields.ts';
import { createLog, type Log } from '../../log/log.ts';
import { canLaunch, FIRST_INHERITED_FD } from '../confine/launch.ts';
import type { Identity } from '../confine/plan.ts';
import { confinedUser } from '../confine/users.ts';
import { type Release, releaseOf, shippedFiles } from '../release.ts';
import { ROOT } from '../root.ts';
import { codeOf, StartError } from '../start-error.ts';
import {
  type DataFolder,
  fullSentence,
  openDataFolder,
  openRunFolder,
  requireSpace,
  startTimeOf,
} from './data-folder.ts';
import { requireDatabase, requireNotMoved, startDatabase } from './database.ts';
import { engineSettings, type NumberedEngine } from './engines.ts';
import { requireFit } from './fit.ts';
import { type Instance, removeInstance, writeInstance } from './instance.ts';
import { Keeper } from './keeper.ts';
import { endLeftovers } from './leftovers.ts';
import { passOn } from './lines.ts';
import { startMetrics } from './metrics.ts';
import { DEFAULT_MODEL_BYTES, mustFetch, provideModel } from './model.ts';
import { requirePort } from './ports.ts';
import { processorSettings } from './processors.ts';
import type { Progress } from './progress.ts';
import {
  controlWalls,
  ENGINE_FLAGS,
  engineWalls,
  gatewayFlags,
  gatewayReads,
  gatewayWalls,
  launchRole,
  MAIN,
  type Output,
} from './roles.ts';
import { untilServing } from './serving.ts';
import {
  controlSettings,
  embeddedEngineSettings,
  gatewaySettings,
  type Sockets,
  socketsIn,
} from './settings.ts';

/** Streams may finish for this long, and the gateway has a little more to end. */
const GATEWAY_GRACE_MS = 35_000;
const CONTROL_GRACE_MS = 15_000;
const ENGINE_GRACE_MS = 5_000;
const DATABASE_GRACE_MS = 30_000;
/** A folder that is not there and that nobody may make. */
const NO_HOME = '/nonexistent';

export interface Started {
  readonly instance: Instance;
  /** Takes everything down in order; `hurry` shortens it. */
  stop(hurry: AbortSignal): Promise<void>;
}

interface Stage {
  readonly config: Config;
  readonly data: DataFolder;
  readonly sockets: Sockets;
  readonly engines: readonly NumberedEngine[];
  readonly processors: readonly ProcessorSettings[];
  readonly users: { readonly gateway: Identity | null; readonly engine: Identity | null };
  readonly output: Output;
  readonly log: Log;
  readonly logLevel: Level;
  readonly onChange: () => void;
}

/** Starts everything; throws `StartError` with one sentence, having taken down what it had started. */
export async function startKept(config: Config, progress: Progress, signal: AbortSignal): Promise<Started> {
  const keepers: Keeper[] = [];
  const undo: (() => unknown)[] = [];
  try {
    return await bringUp(config, progress, signal, keepers, undo);
  } catch (error) {
    await takeDown(keepers, AbortSignal.abort());
    for (const step of undo.reverse()) await step();
    if (codeOf(error) === 'ENOSPC') throw new StartError(fullSentence(config.dataFolder));
    throw error;
  }
}

async function bringUp(
  config: Config,
  progress: Progress,
  signal: AbortSignal,
  keepers: Keeper[],
  undo: (() => unknown)[],
): Promise<Started> {
  const data = openDataFolder(config);
  undo.push(() => data.unlock());
  await requireFit(data.path, config);
  await endLeftovers(data.path);
  await requirePort(config.siteHost, config.sitePort, 'the site', 'KEPT_SITE_PORT');
  await requirePort(config.apiHost, config.apiPort, 'the API', 'KEPT_API_PORT');
  const { listen: mail } = config.mailDoor;
  if (mail !== null) await requirePort(mail.host, mail.port, 'our mail server', 'KEPT_MAIL_PORT');
  const newDatabase = config.databaseUrl === null && !existsSync(path.join(data.path, 'postgres'));
  requireSpace(data.path, newDatabase, mustFetch(config) ? DEFAULT_MODEL_BYTES : 0);

  const tlsFiles = config.tls === null ? [] : [config.tls.cert, config.tls.key];
  const gatewayUser = confinedUser('gateway', data.path, [
    process.execPath,
    ...gatewayReads(tlsFiles).filter((f) => !f.startsWith('/proc/')),
  ]);
  const runFolder = openRunFolder(data.path, gatewayUser === null ? [] : [gatewayUser]);
  undo.push(() => rmSync(runFolder, { recursive: true, force: true }));
  const sockets = socketsIn(runFolder);
  const engines = await engineSettings(config, sockets.engine);
  const processors = await processorSettings(config);

  const modelPath = config.embedded === null ? null : await provideModel(config, progress, signal);
  if (modelPath !== null) progress.done(`Model ${path.basename(modelPath)}`);
  signal.throwIfAborted();

  const embedding = config.embedded?.embeddingPath;
  const engineReads = [process.execPath, MAIN, path.join(path.dirname(MAIN), '../node_modules')];
  const engineUser =
    modelPath === null
      ? null
      : confinedUser('engine', data.path, [...engineReads, modelPath, ...(embedding ? [embedding] : [])]);

  const logLevel = config.logLevel ?? (process.stderr.isTTY ? 'warn' : 'info');
  const write = (text: string) => process.stderr.write(text);
  const log = createLog('supervisor', logLevel, write);
  const withheld = (role: Role, count: number) => log('warn', 'lines_withheld', { role, count });
  const output: Output = { passOn: passOn(logLevel, write), withheld };

  const metrics = await startMetrics(config.metricsPort, runFolder, config.gateways, () => keepers);
  undo.push(() => metrics.close());
  const describe = (): Instance => ({
    pid: process.pid,
    runFolder,
    adminSocket: sockets.admin,
    siteUrl: config.siteUrl,
    apiUrl: config.apiUrl,
    siteHost: config.siteHost,
    sitePort: config.sitePort,
    apiHost: config.apiHost,
    apiPort: config.apiPort,
    apiSecure: config.tls !== null,
    metricsPort: metrics.port,
    gateways: config.gateways,
    billing: config.billing,
    processes: keepers.flatMap(({ role, pid }) =>
      pid === null ? [] : [{ role, pid, startTime: startTimeOf(pid) }],
    ),
  });
  const stage: Stage = {
    config,
    data,
    sockets,
    engines,
    processors,
    users: { gateway: gatewayUser, engine: engineUser },
    output,
    log,
    logLevel,
    onChange: () => writeInstance(data.path, describe()),
  };
  undo.push(() => removeInstance(data.path));
  const add = async (keeper: Keeper, done: string) => {
    signal.throwIfAborted();
    keepers.push(keeper);
    await keeper.start();
    progress.done(done);
  };

  let databaseUrl = config.databaseUrl;
  if (databaseUrl === null) {
    const database = await startDatabase(data, runFolder, log, stage.onChange);
    databaseUrl = database.url;
    await add(database.keeper, newDatabase ? 'Database, new' : 'Database');
  } else {
    await requireDatabase(databaseUrl);
  }
  await requireNotMoved(databaseUrl);
  // The model loads while control and gateways start: none of them waits for it.
  const release = releaseOf(await shippedFiles(ROOT));
  const control = add(controlKeeper(stage, databaseUrl, release), 'Control and site');
  const engine = modelPath === null ? null : add(engineKeeper(stage, modelPath), 'Engine, model loaded');
  engine?.catch(() => {}); // awaited below, after what may fail before
  await control;
  for (let at = 1; at <= config.gateways; at++) {
    await add(gatewayKeeper(stage, at, tlsFiles), config.gateways === 1 ? 'Gateway' : `Gateway ${at}`);
  }
  await engine;
  await untilServing(config, signal);
  return {
    instance: describe(),
    stop: async (hurry) => {
      log('info', 'stopping');
      await takeDown(keepers, hurry);
      for (const step of undo.reverse()) await step();
      log('info', 'stopped');
    },
  };
}

/** In the order of the promises: no new requests, streams end, usage is written, then the database closes. */
async function takeDown(keepers: readonly Keeper[], hurry: AbortSignal): Promise<void> {
  const of = (role: Role) => keepers.filter((keeper) => keeper.role === role);
  const stop = (role: Role, signal: NodeJS.Signals, graceMs: number) =>
    Promise.all(of(role).map((keeper) => keeper.stop({ signal, graceMs, hurry })));
  await stop('gateway', 'SIGTERM', GATEWAY_GRACE_MS);
  await stop('control', 'SIGTERM', CONTROL_GRACE_MS);
  await stop('engine', 'SIGTERM', ENGINE_GRACE_MS);
  // SIGINT is PostgreSQL's fast shutdown: a checkpoint, no waiting for clients. Never shortened to a crash.
  const patient = new AbortController().signal;
  await Promise.all(
    of('postgres').map((k) => k.stop({ signal: 'SIGINT', graceMs: DATABASE_GRACE_MS, hurry: patient })),
  );
}

function controlKeeper(stage: Stage, databaseUrl: string, release: Release): Keeper {
  const { config, sockets, engines, processors, users, logLevel, output, log, onChange } = stage;
  const settings = controlSettings(config, sockets, engines, {
    databaseUrl,
    processors,
    linkOwner: users.gateway,
    logLevel,
    release: { source: release.source, lock: release.lock },
  });
  const launch = () =>
    launchRole(
      {
        role: 'control',
        flags: [],
        settings: { settings, inherited: [] },
        env: {
          KEPT_DATA: stage.data.path,
          // React is several times slower without it.
          NODE_ENV: 'production',
          ...ownAuthorities([
            ...engines.map(({ settings: { url } }) => url),
            ...config.witnesses.map(({ url }) => url),
            config.apiUrl,
          ]),
        },
        walls: controlWalls,
        failure: `Control did not start: look at its log line above for the place, and check that port ${config.sitePort} is free and the database is one of Kept's.`,
      },
      output,
    );
  return new Keeper('control', launch, log, onChange);
}

function engineKeeper(stage: Stage, modelPath: string): Keeper {
  const { config, sockets, users, output, log, onChange } = stage;
  const settings = embeddedEngineSettings(config, sockets, modelPath);
  const inherited = [{ path: sockets.engine, fd: canLaunch ? FIRST_INHERITED_FD : null }];
  const launch = () =>
    launchRole(
      {
        role: 'engine',
        flags: ENGINE_FLAGS,
        settings: { settings, inherited },
        // The binding asks for a home when it is loaded, and the user that nobody has has none.
        env: { KEPT_DATA: stage.data.path, HOME: NO_HOME },
        walls: engineWalls(users.engine, users.gateway, sockets.engine),
        failure: `The model ${modelPath} could not be loaded: the file is damaged, or of a kind that this engine does not know; set KEPT_MODEL to another GGUF file.`,
      },
      output,
    );
  return new Keeper('engine', launch, log, onChange);
}

function gatewayKeeper(stage: Stage, at: number, tlsFiles: readonly string[]): Keeper {
  const { config, sockets, engines, users, logLevel, output, log, onChange } = stage;
  const inside = sockets.gateway(at);
  const inherited = [{ path: inside, fd: canLaunch ? FIRST_INHERITED_FD : null }];
  const addresses = engines.map((engine) => engine.settings);
  const launch = () =>
    launchRole(
      {
        role: 'gateway',
        flags: gatewayFlags(tlsFiles),
        settings: { settings: gatewaySettings(config, sockets, engines, at, logLevel), inherited },
        env: { KEPT_DATA: stage.data.path, ...ownAuthorities(addresses.map(({ url }) => url)) },
        walls: gatewayWalls({
          identity: users.gateway,
          apiPort: config.apiPort,
          engines: addresses,
          inside,
          tlsFiles,
        }),
        failure:
          'The gateway did not start: its log line above says which wall is missing or where it failed; on a system without these walls, start with --allow-unconfined.',
      },
      output,
    );
  return new Keeper('gateway', launch, log, onChange);
}

/** An operator's own certificate authority is known to those who speak HTTPS to these addresses, and to nobody else. */
function ownAuthorities(urls: readonly string[]): Readonly<Record<string, string>> {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  const secure = urls.some((url) => url.startsWith('https:'));
  return file && secure ? { NODE_EXTRA_CA_CERTS: file } : {};
}
