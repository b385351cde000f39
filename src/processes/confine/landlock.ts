/**
 * Landlock: the kernel's own wall, which holds for native code too. Denies making, writing, renaming and removing of
 * anything in any file system, executing anything but what is named, TCP ports that nobody declared, and (since
 * version 6) signals and abstract sockets beyond the process.
 */
import {
  closeDescriptor,
  landlockRestrict,
  landlockRule,
  landlockRuleset,
  landlockVersion,
  openPath,
} from './libc.ts';
import type { LandlockRules } from './plan.ts';

const EXECUTE = 1n << 0n;
const WRITE_FILE = 1n << 1n;
const REMOVE_DIR_UP_TO_MAKE_SYM = 0b1_1111_1111n << 4n;
const REFER = 1n << 13n;
const TRUNCATE = 1n << 14n;
const BIND_TCP = 1n << 0n;
const CONNECT_TCP = 1n << 1n;
const SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11n;

const RULE_PATH = 1;
const RULE_PORT = 2;

/** What each version of Landlock can deny, and the size of the structure that it reads. */
function attributesFor(version: number): Buffer {
  let files = EXECUTE | WRITE_FILE | REMOVE_DIR_UP_TO_MAKE_SYM;
  if (version >= 2) files |= REFER;
  if (version >= 3) files |= TRUNCATE;
  const bytes = Buffer.alloc(version >= 6 ? 24 : version >= 4 ? 16 : 8);
  bytes.writeBigUInt64LE(files, 0);
  if (version >= 4) bytes.writeBigUInt64LE(BIND_TCP | CONNECT_TCP, 8);
  if (version >= 6) bytes.writeBigUInt64LE(SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS, 16);
  return bytes;
}

function allowPath(ruleset: number, path: string, access: bigint): void {
  const fd = openPath(path);
  if (fd === null) return;
  const rule = Buffer.alloc(12);
  rule.writeBigUInt64LE(access, 0);
  rule.writeInt32LE(fd, 8);
  landlockRule(ruleset, RULE_PATH, rule);
  closeDescriptor(fd);
}

function allowPort(ruleset: number, port: number, access: bigint): void {
  const rule = Buffer.alloc(16);
  rule.writeBigUInt64LE(access, 0);
  rule.writeBigUInt64LE(BigInt(port), 8);
  landlockRule(ruleset, RULE_PORT, rule);
}

/** Lays the rules on the calling thread, for good. False where the kernel has no Landlock. */
export function restrict(rules: LandlockRules): boolean {
  const version = landlockVersion();
  if (version === 0) return false;
  const ruleset = landlockRuleset(attributesFor(version));
  for (const path of rules.execute) allowPath(ruleset, path, EXECUTE);
  for (const path of rules.write) allowPath(ruleset, path, WRITE_FILE);
  if (version >= 4) {
    for (const port of rules.bind) allowPort(ruleset, port, BIND_TCP);
    for (const port of rules.connect) allowPort(ruleset, port, CONNECT_TCP);
  }
  landlockRestrict(ruleset);
  closeDescriptor(ruleset);
  return true;
}
