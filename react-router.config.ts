/** How the site is built; `npm install` does it. */
import type { Config } from '@react-router/dev/config';

export default {
  appDirectory: 'src/site',
  buildDirectory: 'build/site',
  ssr: true,
  // A page is one request: no list of routes is asked for behind its back.
  routeDiscovery: { mode: 'initial' },
} satisfies Config;
