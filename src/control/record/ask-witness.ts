/** One question to one witness (https://c2sp.org/tlog-witness), over HTTP: believes nothing that is not signed. */
import type { RecordLog } from '../../record/log.ts';
import type { NoteVerifier } from '../../record/note.ts';
import { addCheckpointRequest, readWitnessAnswer, type WitnessAnswer } from '../../record/witness.ts';

const ANSWER_BYTES_MAX = 16 * 1024;

export interface Question {
  readonly url: string;
  readonly verifier: NoteVerifier;
  /** The size that it is believed to know; 0: none. */
  readonly known: number;
}

export interface Answered {
  readonly answer: WitnessAnswer;
  /** The size that it knows, as far as that became clear. */
  readonly known: number;
}

/**
 * Shows it the checkpoint of `size`, a second time with another proof where it says that it knows another size. Rejects
 * where it cannot be reached.
 */
export async function askWitness(
  log: RecordLog,
  { size, note }: { readonly size: number; readonly note: string },
  { url, verifier, known }: Question,
  signal: AbortSignal,
): Promise<Answered> {
  let old = known;
  for (let last = false; ; last = true) {
    const proof = old === 0 || old === size ? [] : await log.consistencyProof(old, size);
    const said = await post(`${url}/add-checkpoint`, addCheckpointRequest(old, proof, note), signal);
    const answer = readWitnessAnswer(said, note, [verifier], Date.now());
    if (answer.status === 'cosigned') return { answer, known: size };
    if (answer.status !== 'conflict') return { answer, known: old };
    if (answer.size > size || last) return { answer, known: answer.size };
    old = answer.size;
  }
}

async function post(url: string, body: string, signal: AbortSignal) {
  const reply = await fetch(url, { method: 'POST', body, redirect: 'error', signal });
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of reply.body ?? []) {
    bytes += part.length;
    // One byte more than it may be: read as too long.
    parts.push(part);
    if (bytes > ANSWER_BYTES_MAX) break;
  }
  return {
    status: reply.status,
    contentType: reply.headers.get('content-type'),
    body: Buffer.concat(parts).toString('utf8'),
  };
}
