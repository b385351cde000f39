/**
 * What the launcher lays on before it becomes the confined process. Travels as JSON in the launcher's argv, which
 * other users can read: nothing in it is secret.
 */

/** A listening Unix socket that the launcher makes, since the process itself may not: it inherits `fd`. */
export interface InheritedSocket {
  readonly path: string;
  readonly fd: number;
  /** The user who may connect besides root; null is the launcher's own. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

/** The user that a process started as root becomes. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** What Landlock lets through; everything else that makes, writes, removes or executes is denied. */
export interface LandlockRules {
  /** Files that may be executed. */
  readonly execute: readonly string[];
  /** Devices that may be written. */
  readonly write: readonly string[];
  /** TCP ports that may be listened on. */
  readonly bind: readonly number[];
  /** TCP ports that may be connected to. */
  readonly connect: readonly number[];
}

export interface Plan {
  /** The process that starts the launcher; with it the launched process ends. */
  readonly parent: number;
  /** The signal that the kernel sends when the parent dies. */
  readonly deathSignal: 'SIGKILL' | 'SIGINT';
  /** File size 0: no file can grow. */
  readonly noFiles: boolean;
  /** Sockets to listen on before the walls stand. */
  readonly sockets: readonly InheritedSocket[];
  readonly identity: Identity | null;
  /** Capability numbers that are kept, all others are given up; null leaves them where the user stays the same. */
  readonly capabilities: readonly number[] | null;
  readonly landlock: LandlockRules | null;
  /** The program, its arguments (argv[0] included) and its whole environment. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
