/**
 * The system calls that the launcher needs and Node does not offer, through `node:ffi` (Linux only). All act on the
 * calling thread or process and hold across `execve`.
 */
import ffi from 'node:ffi';

const { functions: c } = ffi.dlopen(null, {
  prctl: { return: 'i32', arguments: ['i32', 'u64', 'u64', 'u64', 'u64'] },
  setrlimit: { return: 'i32', arguments: ['i32', 'pointer'] },
  setgroups: { return: 'i32', arguments: ['u64', 'pointer'] },
  setresgid: { return: 'i32', arguments: ['u32', 'u32', 'u32'] },
  setresuid: { return: 'i32', arguments: ['u32', 'u32', 'u32'] },
  capset: { return: 'i32', arguments: ['pointer', 'pointer'] },
  socket: { return: 'i32', arguments: ['i32', 'i32', 'i32'] },
  bind: { return: 'i32', arguments: ['i32', 'pointer', 'u32'] },
  listen: { return: 'i32', arguments: ['i32', 'i32'] },
  dup2: { return: 'i32', arguments: ['i32', 'i32'] },
  close: { return: 'i32', arguments: ['i32'] },
  open: { return: 'i32', arguments: ['pointer', 'i32', 'i32'] },
  syscall: { return: 'i64', arguments: ['i64', 'u64', 'u64', 'u64', 'u64'] },
});

/** A system call that failed; says which. */
export class SystemCallFailed extends Error {
  override readonly name = 'SystemCallFailed';
}

const must = (result: number | bigint, call: string): number => {
  if (result < 0) throw new SystemCallFailed(`${call} failed`);
  return Number(result);
};

const PR_SET_PDEATHSIG = 1;
const PR_SET_SECUREBITS = 28;
/** Changing the user leaves capabilities alone, and so does `access(2)`, which would else refuse what `open` allows. */
const SECBIT_NO_SETUID_FIXUP = 1n << 2n;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_RAISE = 2n;

export const RLIMIT_FSIZE = 1;
export const RLIMIT_CORE = 4;

const prctl = (option: number, value: bigint, more = 0n): void => {
  must(c.prctl(option, value, more, 0n, 0n), `prctl ${option}`);
};

/** The kernel sends `signal` to this process when the thread that started it ends. Lost when the user changes. */
export const dieWithParent = (signal: number): void => prctl(PR_SET_PDEATHSIG, BigInt(signal));

/** No program that this process becomes or starts gains rights (set-user-id, file capabilities). */
export const noNewPrivileges = (): void => prctl(PR_SET_NO_NEW_PRIVS, 1n);

/** Soft and hard limit of `resource`. */
export function limit(resource: number, value: number): void {
  const both = Buffer.alloc(16);
  both.writeBigUInt64LE(BigInt(value), 0);
  both.writeBigUInt64LE(BigInt(value), 8);
  must(c.setrlimit(resource, both), `setrlimit ${resource}`);
}

const CAPABILITY_VERSION_3 = 0x20080522;

/**
 * Permitted, effective, inheritable and ambient capabilities become exactly `numbers` (each below 32), across `execve`
 * too; with `noNewPrivileges` root does not get the others back either.
 */
export function keepOnly(numbers: readonly number[]): void {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(CAPABILITY_VERSION_3, 0);
  const bits = numbers.reduce((sum, n) => sum | (1 << n), 0) >>> 0;
  const data = Buffer.alloc(24);
  for (const at of [0, 4, 8]) data.writeUInt32LE(bits, at);
  must(c.capset(header, data), 'capset');
  for (const capability of numbers) prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, BigInt(capability));
}

/** Becomes `uid`:`gid` without supplementary groups; of the capabilities only `keep` stay. */
export function becomeUser(uid: number, gid: number, keep: readonly number[]): void {
  if (keep.length > 0) prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP);
  must(c.setgroups(0n, null), 'setgroups');
  must(c.setresgid(gid, gid, gid), 'setresgid');
  must(c.setresuid(uid, uid, uid), 'setresuid');
  keepOnly(keep);
}

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SUN_PATH_BYTES = 108;
const BACKLOG = 64;

/** A Unix socket listening at `path`, as descriptor `fd`, which survives `execve`. */
export function listenUnix(path: string, fd: number): void {
  const name = Buffer.from(path);
  if (name.length >= SUN_PATH_BYTES) throw new SystemCallFailed('a socket path is too long');
  const address = Buffer.alloc(2 + SUN_PATH_BYTES);
  address.writeUInt16LE(AF_UNIX, 0);
  name.copy(address, 2);
  const made = must(c.socket(AF_UNIX, SOCK_STREAM, 0), 'socket');
  must(c.bind(made, address, address.length), 'bind');
  must(c.listen(made, BACKLOG), 'listen');
  if (made === fd) return;
  must(c.dup2(made, fd), 'dup2');
  must(c.close(made), 'close');
}

const O_PATH = 0x200000;

/** A descriptor that names `path` without opening it, for Landlock rules; null when there is nothing. */
export function openPath(path: string): number | null {
  const fd = c.open(Buffer.from(`${path}\0`), O_PATH, 0);
  return fd < 0 ? null : fd;
}

export const closeDescriptor = (fd: number): void => {
  must(c.close(fd), 'close');
};

const SYS_LANDLOCK_CREATE_RULESET = 444n;
const SYS_LANDLOCK_ADD_RULE = 445n;
const SYS_LANDLOCK_RESTRICT_SELF = 446n;
const CREATE_RULESET_VERSION = 1n;

/** The kernel's Landlock version; 0 where it has none. */
export function landlockVersion(): number {
  return Math.max(0, Number(c.syscall(SYS_LANDLOCK_CREATE_RULESET, 0n, 0n, CREATE_RULESET_VERSION, 0n)));
}

const pointer = (bytes: Buffer): bigint => ffi.getRawPointer(bytes);

export function landlockRuleset(attributes: Buffer): number {
  const size = BigInt(attributes.length);
  return must(
    c.syscall(SYS_LANDLOCK_CREATE_RULESET, pointer(attributes), size, 0n, 0n),
    'landlock_create_ruleset',
  );
}

export function landlockRule(ruleset: number, kind: number, attributes: Buffer): void {
  const call = c.syscall(SYS_LANDLOCK_ADD_RULE, BigInt(ruleset), BigInt(kind), pointer(attributes), 0n);
  must(call, 'landlock_add_rule');
}

export function landlockRestrict(ruleset: number): void {
  must(c.syscall(SYS_LANDLOCK_RESTRICT_SELF, BigInt(ruleset), 0n, 0n, 0n), 'landlock_restrict_self');
}
