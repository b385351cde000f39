/** Our engine alone in a process: its port as one line on standard output. */
import { ENGINE_DEFAULTS, startEngine } from '../../src/engine/index.ts';
import { CONTEXT_TOKENS, SEQUENCES } from './task.ts';

const engine = await startEngine(
  {
    ...ENGINE_DEFAULTS,
    listen: { host: '127.0.0.1', port: 0 },
    modelPath: process.argv[2] ?? '',
    modelName: 'model',
    context: CONTEXT_TOKENS,
    sequences: SEQUENCES,
  },
  () => {},
);
process.stdout.write(`${engine.port}\n`);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
