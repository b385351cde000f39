/**
 * Asks witnesses to cosign what was published, and keeps their signatures with the checkpoint. Nothing waits for them:
 * one that fails is logged, shown by `doctor`, and asked again in the next round. One that has seen a longer record than
 * ours proves that ours is an older copy.
 */
import type { Log } from '../../log/log.ts';
import { type NoteVerifier, noteVerifier, parseNote } from '../../record/note.ts';
import { attach, witnessVerifier } from '../../record/witness.ts';
import type { LocalRecordKeeper } from '../../store/ledger/record-keeper.ts';
import type { WitnessSettings } from '../settings.ts';
import { StartFailure } from '../start-failure.ts';
import { askWitness } from './ask-witness.ts';

const ANSWER_MS_MAX = 10_000;
/** Before anything is served, a witness that does not answer is not waited for any longer than this. */
const START_MS_MAX = 3_000;

export type WitnessState = 'not_asked' | 'cosigned' | 'unreachable' | 'refused' | 'record_older';

interface Witness {
  readonly url: string;
  readonly verifier: NoteVerifier;
  state: WitnessState;
  /** The largest size that it knows. */
  known: number;
  /** When it last cosigned, milliseconds since 1970. */
  cosignedAt: number | null;
}

export class Witnesses {
  readonly #record: LocalRecordKeeper;
  readonly #log: Log;
  readonly #witnesses: readonly Witness[];
  #keeping: Promise<void> = Promise.resolve();

  /** Throws `RecordError` for a key that is none; the configuration has been checked for that. */
  constructor(record: LocalRecordKeeper, settings: readonly WitnessSettings[], log: Log) {
    this.#record = record;
    this.#log = log;
    this.#witnesses = settings.map(({ key, url }) => ({
      url,
      verifier: witnessVerifier(key),
      state: 'not_asked',
      known: 0,
      cosignedAt: null,
    }));
  }

  /** For `doctor`. */
  facts() {
    return this.#witnesses.map(({ verifier: { name }, state, known, cosignedAt }) => ({
      name,
      state,
      size: known,
      cosigned_at: cosignedAt === null ? null : new Date(cosignedAt).toISOString(),
    }));
  }

  /** Asks each that has not signed the newest checkpoint. Rejects only where the record cannot be read or written. */
  ask(signal: AbortSignal): Promise<void> {
    return this.#ask(AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]), false);
  }

  /** Throws `StartFailure` where a witness has seen a longer record; one that does not answer is passed over. */
  async refuseOlder(): Promise<void> {
    await this.#ask(AbortSignal.timeout(START_MS_MAX), true);
    if (this.#witnesses.some(({ state }) => state === 'record_older')) throw new StartFailure('record_older');
  }

  async #ask(signal: AbortSignal, all: boolean): Promise<void> {
    const { log } = this.#record;
    const size = log.publishedSize;
    const note = size === 0 ? null : await log.checkpoint(size);
    if (note === null) return;
    const signed = new Set(parseNote(note).signatures.map(({ name, keyId }) => `${name} ${keyId}`));
    const asked = this.#witnesses.filter(
      ({ verifier: { name, keyId } }) => all || !signed.has(`${name} ${keyId}`),
    );
    await Promise.all(asked.map((witness) => this.#askOne(witness, { size, note }, signal)));
  }

  async #askOne(
    witness: Witness,
    shown: { readonly size: number; readonly note: string },
    signal: AbortSignal,
  ): Promise<void> {
    const asked = await askWitness(this.#record.log, shown, witness, signal).catch(() => null);
    if (asked !== null) witness.known = Math.max(witness.known, asked.known);
    if (asked?.answer.status === 'cosigned') {
      const { lines } = asked.answer;
      this.#keeping = this.#keeping.catch(() => {}).then(() => this.#keep(shown.size, lines));
      await this.#keeping;
      witness.state = 'cosigned';
      witness.cosignedAt = Date.now();
      this.#log('info', 'witnessed', { witness: this.#witnesses.indexOf(witness) });
      return;
    }
    witness.state = asked === null ? 'unreachable' : asked.known > shown.size ? 'record_older' : 'refused';
    const isOlder = witness.state === 'record_older';
    this.#log(isOlder ? 'error' : 'warn', 'witness_failed', {
      witness: this.#witnesses.indexOf(witness),
      code: isOlder ? witness.state : `witness_${witness.state}`,
    });
  }

  /** One after the other: each adds to what the one before has left. */
  async #keep(size: number, lines: readonly string[]): Promise<void> {
    const { log, verifierKey } = this.#record;
    const note = await log.checkpoint(size);
    if (note !== null) await log.keepCheckpoint(attach(note, lines), [noteVerifier(verifierKey)]);
  }
}
