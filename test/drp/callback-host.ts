/** An agent's host that is told of changes: HTTPS with a certificate of its own, which this process takes for good. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';

const OPENSSL = 'openssl';
export const withoutOpenssl = spawnSync(OPENSSL, ['version']).status !== 0;

export interface Told {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what was told
  readonly body: any;
}

export class CallbackHost {
  readonly told: Told[] = [];
  /** What it answers with, the last one for all that follow. */
  answers: { readonly status: number; readonly location?: string }[] = [{ status: 200 }];
  readonly #server: Server;
  readonly #trustedBefore = tls.getCACertificates('default');

  private constructor(files: { readonly cert: string; readonly key: string }) {
    tls.setDefaultCACertificates([...this.#trustedBefore, files.cert]);
    this.#server = createServer(files, (asked, answer) => {
      let text = '';
      asked.on('data', (part) => {
        text += part;
      });
      asked.on('end', () => {
        this.told.push({ path: asked.url ?? '', headers: asked.headers, body: JSON.parse(text) });
        const { status, location } = this.answers.length > 1 ? this.answers.shift()! : this.answers[0]!;
        answer.writeHead(status, location === undefined ? {} : { location }).end('x'.repeat(100_000));
      });
    });
  }

  static async start(): Promise<CallbackHost> {
    const host = new CallbackHost(certify());
    await new Promise<void>((resolve) => host.#server.listen(0, 'localhost', resolve));
    return host;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    tls.setDefaultCACertificates(this.#trustedBefore);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function certify(): { cert: string; key: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-callback-'));
  try {
    const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync(OPENSSL, ['req', '-x509', ...curve, '-keyout', key, '-out', cert, '-days', '2', ...name], {
      stdio: 'ignore',
    });
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
