/** Control's process, with the site. */
import { startControl } from '../control/index.ts';
import { guardEgress, placesOf } from '../control/processors/index.ts';
import type { ControlSettings } from '../control/settings.ts';
import { faultFields } from '../log/log.ts';
import { openSite } from '../site/server.ts';
import { openVerification } from '../verify/index.ts';
import { apiReference } from './api-reference/index.ts';
import { runRole } from './role.ts';

await runRole<ControlSettings>('control', ({ settings }, log) => {
  const egress = guardEgress(placesOf(settings), (error) =>
    log('error', 'egress_refused', faultFields(error)),
  );
  return startControl(settings, log, openSite(log), apiReference(settings), { egress, openVerification });
});
