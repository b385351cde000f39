/** An engine in a process of its own: settings as argument, events to the parent, SIGTERM stops it. */
import { type EngineSettings, startEngine } from '../../src/engine/index.ts';

const settings = JSON.parse(process.argv[2]!) as EngineSettings;
const engine = await startEngine(settings, (event) => process.send!(event));
process.once('SIGTERM', () => void engine.stop().then(() => process.exit(0)));
