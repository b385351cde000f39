/** Keys that mails are signed with, and dkimpy, which says whether a signature holds. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import { dkimRecord } from '../../src/config/index.ts';
import type { DkimSettings } from '../../src/control/notices/dkim.ts';
import { pythonWith } from '../support/python.ts';

export const rsaKey = (bits: number): string =>
  generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;

export const testDkim = (): DkimSettings => ({
  domain: 'example.org',
  selector: 'kept2026',
  privateKey: rsaKey(2048),
});

export const dkimpy = await pythonWith('dkimpy', '1.1.8');
if ('missing' in dkimpy) console.warn(`Skipped: ${dkimpy.missing}.`);

/** `holds` or `fails`. */
export function verify(source: Buffer, dkim: DkimSettings): string {
  if ('missing' in dkimpy) throw new Error(dkimpy.missing);
  const { name, text } = dkimRecord(dkim);
  const script = path.join(import.meta.dirname, 'verify-dkim.py');
  const { stdout, stderr } = spawnSync(dkimpy.python, [script, name, text], { input: source });
  return stdout.toString().trim() || stderr.toString();
}

/** Names of the fields that the signature covers, in lower case. */
export function signedFields(source: Buffer): readonly string[] {
  const [, field = ''] = /^DKIM-Signature:((?:.|\r\n[ \t])*)/im.exec(source.toString('latin1')) ?? [];
  const [, names = ''] = /;\s*h=([^;]*)/.exec(field) ?? [];
  return names.replaceAll(/\s/g, '').toLowerCase().split(':');
}
