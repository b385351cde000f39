/** One of the things that are compared: something that stands before the same fast engine. */
export interface Side {
  readonly name: string;
  readonly port: number;
  readonly key: string;
  /** The process whose CPU and memory count. */
  readonly pid: number;
  stop(): Promise<void>;
}
