/**
 * The public listening socket: plain or TLS, its certificate read again when the files change, and an orderly end.
 */
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import type { Log } from '../log/log.ts';
import { ClientConnection, type Dispatcher } from './client-connection.ts';
import type { GatewaySettings } from './settings.ts';

const CERTIFICATE_CHECK_MS = 10_000;
const BACKLOG = 1024;
/** Open client connections of one process, at most. */
const CONNECTIONS_MAX = 16_384;

export class Listener {
  readonly #server: net.Server;
  readonly #certificates: NodeJS.Timeout | null;

  private constructor(server: net.Server, certificates: NodeJS.Timeout | null) {
    this.#server = server;
    this.#certificates = certificates;
  }

  /** Listens where the settings say. Rejects when the port cannot be had. */
  static async open(
    settings: GatewaySettings,
    dispatcher: Dispatcher,
    connections: Set<ClientConnection>,
    log: Log,
  ): Promise<Listener> {
    const accept = (socket: net.Socket): void => {
      connections.add(new ClientConnection(socket, dispatcher));
    };
    const options = { allowHalfOpen: true, noDelay: true };
    const server =
      settings.tls === null ? net.createServer(options, accept) : secure(settings.tls, options, accept);
    server.maxConnections = CONNECTIONS_MAX;
    const { host, port, reusePort } = settings;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, reusePort, backlog: BACKLOG }, resolve);
    });
    log('info', 'listening', { port });
    const certificates =
      settings.tls === null ? null : watchCertificate(server as tls.Server, settings.tls, log);
    return new Listener(server, certificates);
  }

  /** Accepts nobody any more. */
  close(): void {
    this.#server.close();
    if (this.#certificates !== null) clearInterval(this.#certificates);
  }
}

interface Files {
  readonly cert: string;
  readonly key: string;
}

const read = (files: Files): { cert: Buffer; key: Buffer } => ({
  cert: fs.readFileSync(files.cert),
  key: fs.readFileSync(files.key),
});

function secure(files: Files, options: object, accept: (socket: net.Socket) => void): tls.Server {
  const server = tls.createServer({
    ...options,
    ...read(files),
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
  });
  server.on('secureConnection', accept);
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

const changedAt = (files: Files): string =>
  `${fs.statSync(files.cert).mtimeMs} ${fs.statSync(files.key).mtimeMs}`;

/** New connections get the new certificate; a pair that does not fit leaves the old one in place. */
function watchCertificate(server: tls.Server, files: Files, log: Log): NodeJS.Timeout {
  let seen = changedAt(files);
  return setInterval(() => {
    try {
      const now = changedAt(files);
      if (now === seen) return;
      server.setSecureContext({ ...read(files), minVersion: 'TLSv1.2' });
      seen = now;
      log('info', 'tls_reloaded');
    } catch {
      log('warn', 'tls_reload_failed');
    }
  }, CERTIFICATE_CHECK_MS);
}
