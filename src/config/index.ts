/** One configuration, checked at the start. */
export { isLoopback } from './addresses.ts';
export type { Config } from './config.ts';
export type { DeclaredEngine, DeclaredModel } from './declared.ts';
export { dkimRecord } from './dkim.ts';
export { ConfigError } from './error.ts';
export { newMasterKeyOf } from './folders.ts';
export { readConfig } from './read.ts';
