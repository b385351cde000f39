/** A witness of the test's own: keeps to C2SP tlog-witness over real HTTP, and remembers what it has seen. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openCheckpoint } from '../../src/record/checkpoint.ts';
import { verifyConsistency } from '../../src/record/merkle.ts';
import { keyIdOf, noteVerifier, parseNote, signatureLine, verifierKeyText } from '../../src/record/note.ts';
import { cosignedMessage } from '../../src/record/witness.ts';

export interface HttpWitness {
  readonly key: string;
  readonly url: string;
  /** What it knows of the record, once it trusts its key. */
  seen: { size: number; root: Buffer };
  /** Answers it gave, by status. */
  readonly answered: number[];
  /** Whose record it witnesses. */
  trust(verifierKey: string): void;
  /** Takes over the answers; null: it keeps to the protocol again. */
  misbehave(answer: ((response: ServerResponse) => void) | null): void;
  close(): Promise<void>;
}

export async function startWitness(name: string): Promise<HttpWitness> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const secret = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const raw = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(12);
  let trusted: string | null = null;
  let bad: ((response: ServerResponse) => void) | null = null;
  const answered: number[] = [];

  function judge(body: string): { status: number; type?: string; text?: string } {
    const blank = body.indexOf('\n\n');
    const [first = '', ...hashes] = body.slice(0, blank).split('\n');
    const note = body.slice(blank + 2);
    if (trusted === null) return { status: 404 };
    const old = Number(/^old (\d+)$/.exec(first)?.[1]);
    const { size, root } = openCheckpoint(note, [noteVerifier(trusted)]);
    if (old > size) return { status: 400 };
    const { seen } = witness;
    if (old !== seen.size) return { status: 409, type: 'text/x.tlog.size', text: `${seen.size}\n` };
    if (old === size) {
      if (!seen.root.equals(root)) return { status: 409 };
    } else {
      const proof = hashes.map((hash) => Buffer.from(hash, 'base64'));
      const good = old === 0 ? proof.length === 0 : verifyConsistency(old, size, proof, seen.root, root);
      if (!good) return { status: 422 };
    }
    witness.seen = { size, root };
    const seconds = BigInt(Math.floor(Date.now() / 1000));
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(seconds);
    const signature = sign(null, Buffer.from(cosignedMessage(parseNote(note).text, seconds)), secret);
    return {
      status: 200,
      text: signatureLine(name, keyIdOf(name, 4, raw), Buffer.concat([time, signature])),
    };
  }

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      if (bad !== null) {
        answered.push(0);
        bad(response);
        return;
      }
      const wrongPlace = request.method !== 'POST' || request.url !== '/prefix/add-checkpoint';
      const { status, type, text } = wrongPlace ? { status: 405 } : judge(Buffer.concat(parts).toString());
      answered.push(status);
      response.writeHead(status, { 'content-type': type ?? 'text/plain' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const witness: HttpWitness = {
    key: verifierKeyText(name, 4, raw),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix`,
    seen: { size: 0, root: Buffer.alloc(0) },
    answered,
    trust(verifierKey) {
      trusted = verifierKey;
    },
    misbehave(answer) {
      bad = answer;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return witness;
}
