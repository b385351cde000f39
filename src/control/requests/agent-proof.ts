/**
 * What an agent shows for being let to ask (CPPA-3): a file, sealed under the request's own key, so that it dies with it. A
 * person here looks at it, which stands in the record first, and accepts it or not.
 */
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import type { Vault } from '../../store/sealing/vault.ts';
import { type FileKind, fileKindOf, MEDIA_TYPES } from '../file-kind.ts';
import { Intake } from '../intake.ts';
import { Problem } from '../problem.ts';
import { type Decider, requestById } from './decide.ts';
import { proveByStaff } from './enter.ts';
import { isAt, move, noSuchRequest, onRequest, SYSTEM } from './move.ts';
import type { RequestParts } from './parts.ts';
import { endIntake, readSaid } from './said.ts';
import { type AgentProof, type AuthorityKind, agentProof, INTAKE_DAYS, type RequestRow } from './schema.ts';

const DAY_MS = 86_400_000;
const MB = 1024 * 1024;
export const PROOF_BYTES_MAX = 5 * MB;
/** Of the law's list of grounds. */
export const WITHOUT_PROOF = 'agent_without_proof';

export interface ProofFile {
  readonly kind: FileKind;
  readonly bytes: Uint8Array;
}

/** Null: there is none. Throws `Problem` 400 and 413. */
export function readProofFile(bytes: Uint8Array | null): ProofFile | null {
  if (bytes === null || bytes.length === 0) return null;
  if (bytes.length > PROOF_BYTES_MAX)
    throw new Problem(413, 'too_long', `Proof: the file may have ${PROOF_BYTES_MAX / MB} MB at most.`);
  const kind = fileKindOf(bytes);
  if (kind === null)
    throw new Problem(400, 'invalid_input', 'Proof: must be a PDF, JPEG or PNG file, whatever its name.');
  return { kind, bytes };
}

/** The file in base64. */
const proofContent = new Intake('agent_proof', 'content', z.string());

/** The row of a request's proof. The request's key is there. */
export const sealedProof = (
  vault: Vault,
  { id: request, respondBy, extendableTo }: RequestRow,
  authority: AuthorityKind,
  { kind, bytes }: ProofFile,
): AgentProof => ({
  request,
  authority,
  format: kind,
  bytes: bytes.length,
  outcome: null,
  lookedAt: null,
  until: new Date((extendableTo ?? respondBy).getTime() + INTAKE_DAYS * DAY_MS),
  content: proofContent.sealAnew(vault, request, Buffer.from(bytes).toString('base64')),
});

async function proofOf({ erasing: { services } }: RequestParts, request: Id): Promise<AgentProof | null> {
  const [row] = await services.db.select().from(agentProof).where(eq(agentProof.request, request));
  return row ?? null;
}

/** As the desk shows it, before anybody looks; null: there is none, or it is gone. */
export async function shownProof(parts: RequestParts, { id, state }: RequestRow) {
  const row = await proofOf(parts, id);
  if (row === null || !parts.erasing.services.keys.has('intake', id)) return null;
  const { authority, format, bytes, outcome, lookedAt } = row;
  return { authority, format, bytes, outcome, isLookedAt: lookedAt !== null, waits: state === 'identity' };
}

/** The file; the look stands in the record first. Throws `Problem` 404. */
export async function openProof(parts: RequestParts, row: RequestRow, by: Decider) {
  const { services, store } = parts.erasing;
  const proof = await proofOf(parts, row.id);
  if (proof === null || !services.keys.has('intake', row.id)) throw noSuchRequest();
  await store.record.act(async (tx, enter) => {
    await tx
      .update(agentProof)
      .set({ lookedAt: new Date(store.now()) })
      .where(eq(agentProof.request, row.id));
    return enter({
      kind: 'staff_read',
      role: by.role,
      about: null,
      content: { purpose: 'rights', reason: 'To see what an agent shows', table: 'agent_proof', row: row.id },
    });
  });
  const text = proofContent.open(services.vault, row.id, proof.content);
  if (text === null) throw noSuchRequest();
  return {
    bytes: Buffer.from(text, 'base64'),
    type: MEDIA_TYPES[proof.format],
    name: `proof-${row.id}.${proof.format}`,
  };
}

/** Throws `Problem` 409 (`not_looked_at`, `not_now`) and 404. */
async function demandLookedAt(parts: RequestParts, row: RequestRow): Promise<void> {
  const proof = await proofOf(parts, row.id);
  if (proof === null) throw noSuchRequest();
  if (proof.lookedAt === null)
    throw new Problem(409, 'not_looked_at', 'Look at the proof first: download it, then decide about it.');
}

/** It shows that whom it names let them: the request is theirs, and goes on. Throws as `proveByStaff`. */
export async function acceptProof(parts: RequestParts, row: RequestRow, by: Decider): Promise<void> {
  await demandLookedAt(parts, row);
  const { services } = parts.erasing;
  const { address } = readSaid(services.vault, row);
  if (address === null)
    throw new Problem(
      409,
      'not_now',
      'No address was named. Bind it to an account below, if you know whose it is.',
    );
  await proveByStaff(parts, row, by, { account: address });
  await services.db.update(agentProof).set({ outcome: 'accepted' }).where(eq(agentProof.request, row.id));
}

/** It does not: refused, with the ground of the law's list; it says nothing of whether the person is known. */
export async function refuseProof(parts: RequestParts, id: Id, by: Decider): Promise<void> {
  const { services, store } = parts.erasing;
  await demandLookedAt(parts, await requestById(parts, id));
  await onRequest(parts, id, async (tx, enter, row) => {
    const now = new Date(store.now());
    const set = {
      decision: 'refused',
      ground: WITHOUT_PROOF,
      decidedBy: by.person,
      decidedAt: now,
      nextAt: null,
      proof: null,
    } as const;
    const decided = await move(parts, tx, enter, row, {
      event: 'refuse_agent',
      by: { cause: 'staff', ...by },
      set,
      content: { decision: 'refused', ground: WITHOUT_PROOF },
    });
    await move(parts, tx, enter, decided, { event: 'close', by: SYSTEM });
    await tx.update(agentProof).set({ outcome: 'refused' }).where(eq(agentProof.request, id));
  });
  await endIntake(services.keys, id, store.now());
}

/** Files whose key is gone, with the proof or the end of their request: nobody can open them any more. */
export async function dropProofs({ erasing: { services } }: RequestParts): Promise<void> {
  const rows = await services.db.select({ request: agentProof.request }).from(agentProof);
  const gone = rows.filter(({ request }) => !services.keys.has('intake', request));
  for (const { request } of gone) await services.db.delete(agentProof).where(eq(agentProof.request, request));
}

/** Whether a stranger is told the truth about it: it was decided by what they showed, not by whom they named. */
export const isRefusedAgent = (row: RequestRow): boolean =>
  row.decision === 'refused' && row.ground === WITHOUT_PROOF && row.person === null && !isAt(row, 'identity');
