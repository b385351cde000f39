/**
 * Takes a consent back, or refuses it before it was given. The line in the choice ledger is on the disk before the act
 * is committed, so that no restore and no kill brings the consent back. Taken back twice, it is once.
 */
import { inArray } from 'drizzle-orm';
import { newId } from '../../link/ids.ts';
import { demandAlive } from '../../store/erasure/demand-alive.ts';
import { laterThan } from '../../store/ledger/choice-ledger.ts';
import { lockAlone } from '../../store/rights/subject-lock.ts';
import { type Answer, type Answered, answersTo, type ConsentLedger, newAnswer } from './give-consent.ts';
import { CONSENT_RULES } from './purposes.ts';
import { settleWithdrawn } from './replay-withdrawals.ts';
import { type ConsentRow, consent } from './schema.ts';

/** Throws `RangeError` for another subject, `Refused` (`erased`), or what disk or database say; then it may be repeated. */
export async function withdrawConsent(ledger: ConsentLedger, answer: Answer): Promise<Answered> {
  const { store, texts } = ledger;
  const { subject, purpose, role, way, person, reason } = answer;
  const { subject: kind } = CONSENT_RULES[purpose];
  if (subject.kind !== kind) throw new RangeError(`consent to ${purpose} is for a ${kind}`);
  return await store.record.act(async (tx, enter) => {
    await lockAlone(tx, subject);
    await demandAlive(tx, store, subject);
    await settleWithdrawn(tx, store.choices, purpose, subject);
    await ledger.onWithdrawn?.(tx, purpose, subject);
    const answers = await answersTo(tx, subject, purpose);
    // Earlier texts and ended ones too: a backup may hold them as they stood.
    const open = answers.filter((row) => row.answer === 'given' && row.withdrawnAt === null);
    const later = store.choices.laterThanAnswers(purpose, subject, store.now());
    const at = laterThan(later, Math.max(0, ...answers.map(lastMoment)));
    const choice = { act: 'withdrawn', purpose, subject, at } as const;
    const [latest] = answers;
    if (latest !== undefined && open.length === 0) {
      // Nothing stands here; a consent that this database lost by going back may stand in another backup.
      if (!store.choices.isWithdrawn(purpose, subject)) await store.choices.write([choice]);
      return { row: latest, changed: false };
    }
    const { version, sha256 } = texts.current(purpose);
    const [standing] = open;
    const entry = await enter({
      kind: 'consent_withdrawn',
      role,
      about: subject,
      content: {
        state: standing === undefined ? 'refused' : 'withdrawn',
        consents: open.map((row) => row.id),
        purpose,
        ...(standing === undefined ? { version, text_sha256: sha256 } : { version: standing.version }),
        way,
        ...(person !== undefined && { person }),
        ...(reason !== undefined && { reason }),
      },
    });
    let row: ConsentRow;
    if (standing === undefined) {
      const made = {
        id: newId(),
        purpose,
        version,
        way,
        at,
        expiresAt: null,
        entry,
        answer: 'refused',
      } as const;
      row = newAnswer(subject, made);
      await tx.insert(consent).values(row);
    } else {
      const taken = { withdrawnAt: new Date(at), withdrawnWay: way, withdrawnEntry: entry };
      const ids = open.map(({ id }) => id);
      await tx.update(consent).set(taken).where(inArray(consent.id, ids));
      row = { ...standing, ...taken };
    }
    await store.choices.write([choice]);
    return { row, changed: true };
  });
}

const lastMoment = (row: ConsentRow): number => Math.max(row.at.getTime(), row.withdrawnAt?.getTime() ?? 0);
