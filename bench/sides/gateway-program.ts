/** A gateway alone in a process, without walls and supervisor: settings as one JSON line on standard input. */
import { createInterface } from 'node:readline';
import { startGateway } from '../../src/gateway/index.ts';
import type { GatewaySettings } from '../../src/gateway/settings.ts';
import { createLog } from '../../src/log/log.ts';

for await (const line of createInterface(process.stdin)) {
  const settings = JSON.parse(line) as GatewaySettings;
  const log = createLog('gateway', settings.logLevel, (text) => process.stderr.write(text));
  const gateway = await startGateway(settings, log);
  process.stdin.on('end', () => void gateway.stop().then(() => process.exit(0)));
}
