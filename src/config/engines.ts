/** Engines and models, checked beyond what one key says by itself. */
import path from 'node:path';
import { DEFAULT_TIMES, type Times } from '../gateway/settings.ts';
import { withoutSlash } from './addresses.ts';
import type { Config } from './config.ts';
import type { DeclaredModel } from './declared.ts';
import type { ConfigEnvironment } from './environment-schema.ts';
import { ConfigError } from './error.ts';
import type { ConfigFile } from './file-schema.ts';
import type { Environment } from './folders.ts';

type Engines = Pick<Config, 'embedded' | 'engines' | 'models' | 'times'>;

/** `environment`: with the engines' own keys. `beside`: the path of a file that the configuration names. Throws `ConfigError`. */
export function enginesOf(
  file: ConfigFile,
  env: ConfigEnvironment,
  {
    environment,
    folder,
    beside,
  }: {
    readonly environment: Environment;
    readonly folder: string;
    readonly beside: (file: string) => string;
  },
): Engines {
  const engines = declaredEngines(file, env, environment);
  const own = env.KEPT_MODEL ?? null;
  const withEmbedded =
    env.KEPT_ENGINE_URL === undefined &&
    (engines.length === 0 || own !== null || file.embedded_engine === true);
  return {
    embedded: withEmbedded
      ? {
          path: own !== null ? path.resolve(folder, own) : file.model ? beside(file.model) : null,
          embeddingPath: file.embedding_model ? beside(file.embedding_model) : null,
        }
      : null,
    engines,
    models: declaredModels(file, engines),
    times: engineTimes(file.engine_times),
  };
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
