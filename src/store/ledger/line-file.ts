/**
 * A file of lines that only grows, outside the database: each line ends with a checksum of what stands before it, is on
 * the disk before it is acknowledged, and is never changed afterwards. What the lines say is their ledger's business.
 *
 *   <text> <CRC-32 of the text, 8 hex digits>
 */
import { crc32 } from 'node:zlib';
import type { Disk } from './disk.ts';

/** What stands in the ledger folder cannot be read: somebody or something has changed it. */
export class LedgerDamaged extends Error {
  override readonly name = 'LedgerDamaged';
  readonly code = 'ledger_unusable';
}

const LINE = /^(.+) ([0-9a-f]{8})$/;
const WAITING_MAX = 65_536;

interface Waiting<T> {
  readonly lines: readonly T[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How a ledger's lines are written and read. */
export interface LineFormat<T> {
  /** What the file is called in a sentence. */
  readonly ledger: string;
  /** Without a line's end. */
  text(line: T): string;
  /** Null where this is no line of the ledger. */
  read(text: string): T | null;
}

export class LineFile<T> {
  readonly #path: string;
  readonly #disk: Disk;
  readonly #format: LineFormat<T>;
  readonly #onWritten: (line: T) => void;
  #length: number;
  #waiting: Waiting<T>[] = [];
  #writing: Promise<void> | null = null;

  private constructor(
    path: string,
    disk: Disk,
    format: LineFormat<T>,
    onWritten: (line: T) => void,
    length: number,
  ) {
    this.#path = path;
    this.#disk = disk;
    this.#format = format;
    this.#onWritten = onWritten;
    this.#length = length;
  }

  /**
   * Reads the file and hands each line to `onLine`, as it does later with each one that was written. A last line that
   * was torn by a kill was never acknowledged and is cut. Throws `LedgerDamaged`.
   */
  static async open<T>(
    path: string,
    disk: Disk,
    format: LineFormat<T>,
    onLine: (line: T) => void,
  ): Promise<LineFile<T>> {
    const bytes = (await disk.read(path)) ?? Buffer.alloc(0);
    const end = bytes.lastIndexOf(0x0a) + 1;
    for (let at = 0, number = 1; at < end; number += 1) {
      const next = bytes.indexOf(0x0a, at);
      const line = readLine(bytes.toString('latin1', at, next), format);
      if (line === null) throw new LedgerDamaged(`line ${number} of the ${format.ledger} cannot be read`);
      onLine(line);
      at = next + 1;
    }
    if (end < bytes.length) await disk.cut(path, end);
    return new LineFile(path, disk, format, onLine, end);
  }

  /**
   * Resolves when the lines would survive a power cut; `onLine` has them by then. Lines that wait while others are
   * written go together into the next write. Rejects when the disk does; then none of them counts.
   */
  append(lines: readonly T[]): Promise<void> {
    if (lines.length === 0) return Promise.resolve();
    if (this.#waiting.length >= WAITING_MAX) throw new Error(`too much waits for the ${this.#format.ledger}`);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ lines, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      const lines = batch.flatMap((each) => each.lines);
      const bytes = Buffer.from(lines.map((line) => lineText(line, this.#format)).join(''), 'latin1');
      try {
        await this.#disk.write(this.#path, this.#length, bytes);
        this.#length += bytes.length;
        for (const line of lines) this.#onWritten(line);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        // The next write begins where this one did and covers what it left.
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = null;
  }
}

function lineText<T>(line: T, format: LineFormat<T>): string {
  const text = format.text(line);
  return `${text} ${checksum(text)}\n`;
}

function readLine<T>(line: string, format: LineFormat<T>): T | null {
  const [, text, sum] = LINE.exec(line) ?? [];
  if (text === undefined || checksum(text) !== sum) return null;
  return format.read(text);
}

/** Eight hex digits that tell a changed line. */
export const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');
