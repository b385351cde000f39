/**
 * Files of the build, read once and held in memory, with what the build compressed. Their names hold a hash of their content,
 * so that browsers may keep them for ever.
 */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { COMPRESSED } from './compressed.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const FOR_EVER = 'public, max-age=31536000, immutable';
const A_DAY = 'public, max-age=86400';
const HASHED = '/assets/';

interface Asset {
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly brotli: Uint8Array<ArrayBuffer> | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Assets {
  /** Null where the address is not one of a file. */
  answer(request: Request): Response | null;
}

/** Throws when the build is not whole. */
export async function readAssets(folder: string): Promise<Assets> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
    (file) => file.isFile() && extname(file.name) in TYPES,
  );
  const assets = new Map<string, Asset>();
  for (const { parentPath, name } of files) {
    const file = join(parentPath, name);
    const path = file.slice(folder.length);
    assets.set(path, await readAsset(path, file));
  }
  return {
    answer(request) {
      const asset = assets.get(new URL(request.url).pathname);
      if (asset === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return null;
      const accepts = /\bbr\b/.test(request.headers.get('accept-encoding') ?? '');
      if (asset.brotli === null || !accepts) return new Response(asset.plain, { headers: asset.headers });
      return new Response(asset.brotli, { headers: { ...asset.headers, 'content-encoding': 'br' } });
    },
  };
}

async function readAsset(path: string, file: string): Promise<Asset> {
  const kind = extname(file);
  const plain = Uint8Array.from(await readFile(file));
  return {
    plain,
    brotli: COMPRESSED.has(kind) ? Uint8Array.from(await readFile(`${file}.br`)) : null,
    headers: {
      'content-type': TYPES[kind] as string,
      'cache-control': path.startsWith(HASHED) ? FOR_EVER : A_DAY,
      ...(COMPRESSED.has(kind) && { vary: 'accept-encoding' }),
    },
  };
}
