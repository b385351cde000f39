/**
 * The site inside control's process: loads what `react-router build` made, answers pages by it, and files of the build
 * out of memory.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createRequestHandler, RouterContextProvider, type ServerBuild } from 'react-router';
import type { OpenPages } from '../control/page-parts.ts';
import { StartFailure } from '../control/start-failure.ts';
import { faultFields, type Log } from '../log/log.ts';
import { readAssets } from './assets.ts';
import type { siteContext } from './context.ts';
import { wellKnown } from './well-known.ts';

const BUILD = fileURLToPath(new URL('../../build/site', import.meta.url));

/** `server/index.js` with what our `entry.server.tsx` exports beside React Router's own. */
interface Build extends ServerBuild {
  readonly entry: ServerBuild['entry'] & {
    readonly module: ServerBuild['entry']['module'] & { readonly siteContext: typeof siteContext };
  };
}

/** Throws `StartFailure` (`site_not_built`). */
export const openSite =
  (log: Log): OpenPages =>
  async (parts) => {
    const file = `${BUILD}/server/index.js`;
    if (!existsSync(file)) throw new StartFailure('site_not_built');
    const build = (await import(pathToFileURL(file).href)) as Build;
    const assets = await readAssets(`${BUILD}/client`).catch((error: unknown) => {
      throw new StartFailure('site_not_built', error);
    });
    // By the configured address, not by `Host`, which a proxy may have changed; `isOwn` is asked besides.
    const allowedActionOrigins = [new URL(parts.siteUrl).host];
    const handle = createRequestHandler({ ...build, allowedActionOrigins }, 'production');
    const onFault = (error: unknown) => log('error', 'fault', faultFields(error));
    return async (request, { nonce, peer }) => {
      const asset = assets.answer(request);
      if (asset !== null) return asset;
      const file = wellKnown(parts, request);
      if (file !== null) return file;
      const context = new RouterContextProvider();
      const setCookies: string[] = [];
      const caller = parts.signIn.callerOf(request.headers, peer);
      const who = once(async () => {
        const known = await parts.signIn.whoIs(caller);
        setCookies.push(...known.setCookies);
        return known.who;
      });
      const asking = async () => ({ headers: request.headers, who: await who() });
      const choices = once(async () => parts.choices.of(await asking()));
      const site = { parts, nonce, caller, who, choices, asking, refused: false, setCookies, onFault };
      context.set(build.entry.module.siteContext, site);
      const response = await handle(request, context);
      for (const cookie of setCookies) response.headers.append('set-cookie', cookie);
      return response;
    };
  };

/** `ask`, asked once however often it is called. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask();
    return answer;
  };
}
