/** A configuration that cannot be used: one sentence. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
