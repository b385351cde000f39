/**
 * Rotates the keys that keys are wrapped under. Killed anywhere, the key store opens with the old master key or the new
 * one, and a roll goes on where it was; what was rotated is entered in the record at the next start.
 */
import { randomBytes } from 'node:crypto';
import type { KeyStore } from '../../store/keys/key-store.ts';
import { adoptMasterKey, dropMasterKeyFile, stageMasterKey } from '../../store/keys/master-key.ts';
import { fingerprint, KEY_BYTES } from '../../store/keys/wrap.ts';
import type { RecordKeeper } from '../../store/store.ts';
import { Problem } from '../problem.ts';
import { recordKeys } from '../record/index.ts';
import type { ControlSettings } from '../settings.ts';

export type MasterKeySettings = Pick<ControlSettings, 'keysFolder' | 'masterKey' | 'masterKeyCommand'>;

/** Where control had its master key from at its start. */
export type MasterKeyFrom = 'keys_folder' | 'environment' | 'file' | 'command';

export interface Rotating {
  readonly keys: KeyStore;
  readonly record: RecordKeeper;
  readonly settings: MasterKeySettings;
}

export interface Rotation {
  /** Null: only the epoch. `given` null: one is made, for the file in the keys folder. */
  readonly master: { readonly given: Buffer | null } | null;
  readonly onProgress: (done: number, total: number) => void;
}

export interface Rotated {
  readonly epoch: number;
  /** Fingerprints; `from`: where the old one came from, `to`: where the new one is expected at the next start. */
  readonly master: {
    readonly before: string;
    readonly after: string;
    readonly from: MasterKeyFrom;
    readonly made: boolean;
  } | null;
}

export function masterKeyFrom({ masterKey, masterKeyCommand }: MasterKeySettings): MasterKeyFrom {
  if (masterKeyCommand !== null && masterKeyCommand.length > 0) return 'command';
  if (masterKey === null) return 'keys_folder';
  return masterKey.length === 2 * KEY_BYTES && /^[0-9a-f]+$/i.test(masterKey) ? 'environment' : 'file';
}

const underWay = new WeakSet<KeyStore>();

/**
 * A new epoch, under which every key is wrapped anew, and before it a new master key where one is asked for: so a copy
 * of the epochs as they were, with the old master key, opens nothing of what is written from then on. Throws `Problem`
 * 400 (no new key was given, or the same) or 409 (a rotation is under way).
 */
export async function rotateKeys(rotating: Rotating, rotation: Rotation): Promise<Rotated> {
  const { keys, record } = rotating;
  if (underWay.has(keys)) {
    throw new Problem(409, 'rotation_under_way', 'A rotation is under way already: wait until it has ended.');
  }
  underWay.add(keys);
  try {
    const master = rotation.master === null ? null : await rotateMaster(rotating, rotation.master.given);
    await keys.rollEpoch({ onProgress: rotation.onProgress });
    await recordKeys({ record, keys }, 'operator');
    return { epoch: keys.epoch, master };
  } finally {
    underWay.delete(keys);
  }
}

async function rotateMaster({ keys, settings }: Rotating, given: Buffer | null): Promise<Rotated['master']> {
  const from = masterKeyFrom(settings);
  if (given === null && from !== 'keys_folder') {
    throw new Problem(
      400,
      'new_master_key_missing',
      'The master key comes from outside, so the new one must too: give it by KEPT_NEW_MASTER_KEY (64 hex digits or a file with them), or by --command.',
    );
  }
  const before = keys.masterFingerprint;
  const next = given ?? randomBytes(KEY_BYTES);
  const after = fingerprint(next);
  if (after === before) {
    throw new Problem(
      400,
      'same_master_key',
      `This is the master key that is in use (${before}): give another.`,
    );
  }
  const made = given === null;
  if (made) await stageMasterKey(settings.keysFolder, next);
  await keys.rotateMaster(next);
  if (made) await adoptMasterKey(settings.keysFolder);
  else if (from === 'keys_folder') await dropMasterKeyFile(settings.keysFolder);
  next.fill(0);
  return { before, after, from, made };
}
