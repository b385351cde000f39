/** Release, configuration, tables and keys as they are: an entry at each start, and after each rotation, that finds them changed. */
import type { KeyStore } from '../../store/keys/key-store.ts';
import { keyedHash } from '../../store/ledger/record-signer.ts';
import { enterIfChanged } from '../../store/ledger/said-last.ts';
import { knownMigrations } from '../../store/migrate.ts';
import type { RecordKeeper } from '../../store/store.ts';
import type { ControlSettings } from '../settings.ts';

export interface SystemParts {
  readonly record: RecordKeeper;
  readonly keys: KeyStore;
}

/** Before anything is served. */
export async function recordStart(
  parts: SystemParts,
  { release, configuration }: Pick<ControlSettings, 'release' | 'configuration'>,
): Promise<void> {
  const { record, keys } = parts;
  await enterIfChanged(record, { kind: 'release', role: 'operator', content: release });
  await enterIfChanged(record, {
    kind: 'configuration',
    role: 'operator',
    // Keyed: a configuration has few unknowns, so a plain hash of it could be found by trying.
    content: { fields: configuration.fields, hash: keyedHash(keys, configuration.digest) },
  });
  await enterIfChanged(record, {
    kind: 'migration',
    role: 'system',
    content: { migrations: await knownMigrations() },
  });
  await recordKeys(parts, 'system');
}

/**
 * Which epoch and which master key (its fingerprint) the key store has. The key store itself is what a rotation
 * changes; killed between the two, the next start enters it.
 */
export async function recordKeys({ record, keys }: SystemParts, role: 'operator' | 'system'): Promise<void> {
  const content = { epoch: keys.epoch, master_key: keys.masterFingerprint };
  await enterIfChanged(record, { kind: 'key_rotation', role, content });
}
