/** How the site is built; `npm install` does it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { Config } from '@react-router/dev/config';
import { COMPRESSED } from './src/site/compressed.ts';

export default {
  appDirectory: 'src/site',
  buildDirectory: 'build/site',
  ssr: true,
  // A page is one request: no list of routes is asked for behind its back.
  routeDiscovery: { mode: 'initial' },
  buildEnd: ({ reactRouterConfig }) => compressAll(join(reactRouterConfig.buildDirectory, 'client')),
} satisfies Config;

/** Beside each file that shrinks, once and for all: a start of control has better to do. */
async function compressAll(folder: string): Promise<void> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  const files = await readdir(folder, { recursive: true });
  const shrinking = files.filter((name) => COMPRESSED.has(extname(name))).map((name) => join(folder, name));
  for (const file of shrinking)
    await writeFile(`${file}.br`, await promisify(brotliCompress)(await readFile(file), { params }));
}
