/** Control's process, with the site. */
import { startControl } from '../control/index.ts';
import type { ControlSettings } from '../control/settings.ts';
import { openSite } from '../site/server.ts';
import { apiReference } from './api-reference/index.ts';
import { runRole } from './role.ts';

await runRole<ControlSettings>('control', ({ settings }, log) =>
  startControl(settings, log, openSite(log), apiReference(settings)),
);
