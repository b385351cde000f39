/** Control's process. */
import { startControl } from '../control/index.ts';
import type { ControlSettings } from '../control/settings.ts';
import { runRole } from './role.ts';

await runRole<ControlSettings>('control', ({ settings }, log) => startControl(settings, log));
