/** TLS from certificate files, and a new certificate without a restart. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startKept } from '../support/instance.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { rawRequest } from '../support/raw-client.ts';
import { chat, newAccount, until } from './support.ts';

/** What makes a certificate; nothing of Node's does. */
const OPENSSL = 'openssl';
const missing = spawnSync(OPENSSL, ['version']).status !== 0;
if (missing)
  console.warn('Skipped: openssl, which makes the certificates of this test, is not installed here.');

let folder: string;
let engine: LyingEngine;
let kept: Instance;
let key: string;

/** Writes a self-signed certificate of this name, and its key. */
function certify(name: string): { cert: string; key: string } {
  const files = { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const out = ['-keyout', files.key, '-out', files.cert, '-days', '2', '-subj', `/CN=${name}`];
  execFileSync(OPENSSL, ['req', '-x509', ...curve, ...out], { stdio: 'ignore' });
  for (const file of [files.cert, files.key]) chmodSync(file, 0o644);
  return files;
}

describe.skipIf(missing)('TLS from files', () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'kept-tls-'));
    chmodSync(folder, 0o755);
    engine = await startLyingEngine();
    kept = await startKept({ engineUrl: engine.url, config: { api: { tls: certify('first') } } });
    key = (await newAccount(kept)).key;
  });
  afterAll(async () => {
    await kept?.stop();
    await engine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** One exchange; answers whose certificate it was, and what came. */
  function exchange(options: tls.ConnectionOptions = {}): Promise<{ name: string; text: string }> {
    return new Promise((resolve, reject) => {
      const socket = tls.connect({
        port: kept.apiPort,
        host: '127.0.0.1',
        rejectUnauthorized: false,
        ...options,
      });
      let name = '';
      let text = '';
      socket.on('secureConnect', () => {
        name = String(socket.getPeerCertificate().subject.CN);
        socket.write(
          rawRequest({ path: '/v1/chat/completions', key, body: JSON.stringify(chat('over TLS')) }),
        );
      });
      socket.on('data', (data: Buffer) => {
        text += data.toString();
      });
      socket.on('error', reject);
      socket.on('close', () => resolve({ name, text }));
    });
  }

  test('plain HTTP on the port gets nothing; old versions of TLS are refused', async () => {
    await expect(fetch(`http://127.0.0.1:${kept.apiPort}/healthz`)).rejects.toThrow();
    await expect(exchange({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' })).rejects.toThrow();
  });

  test('answers over TLS, and with a new certificate within seconds after its files have changed', async () => {
    const before = await exchange();
    expect(before.name).toBe('first');
    expect(before.text).toContain('HTTP/1.1 200');
    expect(before.text).toContain('over TLS');
    certify('second');
    await until(async () => (await exchange()).name === 'second');
  });
});
