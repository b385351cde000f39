/** What the start tells a person: a bar on a terminal, a few plain lines elsewhere. */
import type { WriteStream } from 'node:tty';

const BAR_CHARS = 30;
const MIB = 1024 * 1024;
/** Without a terminal a line is printed each time this share is done. */
const PLAIN_STEP = 0.25;

export interface Progress {
  /** A finished step, with its time. */
  done(text: string): void;
  /** Bytes of a running step. */
  bytes(text: string, done: number, total: number): void;
  /** Parts of a running step, with their name: tables, for one. */
  parts(text: string, done: number, total: number, name: string): void;
}

export function createProgress(out: WriteStream): Progress {
  const since = Date.now();
  let barShown = false;
  let nextShare = 0;
  const clear = () => {
    if (barShown) out.write('\r\x1b[K');
    barShown = false;
  };
  const seconds = () => `${((Date.now() - since) / 1000).toFixed(1).padStart(6)} s`;
  const show = (text: string, share: number, size: string) => {
    if (out.isTTY) {
      const filled = Math.round(share * BAR_CHARS);
      out.write(
        `\r\x1b[K${seconds()}  ${text} [${'#'.repeat(filled)}${'.'.repeat(BAR_CHARS - filled)}] ${size}`,
      );
      barShown = true;
    } else if (share >= nextShare) {
      out.write(`${seconds()}  ${text}: ${size}\n`);
      nextShare = share + PLAIN_STEP;
    }
  };
  return {
    done: (text) => {
      clear();
      nextShare = 0;
      out.write(`${seconds()}  ${text}\n`);
    },
    bytes: (text, done, total) =>
      show(text, shareOf(done, total), `${Math.floor(done / MIB)} of ${Math.ceil(total / MIB)} MB`),
    parts: (text, done, total, name) => show(text, shareOf(done, total), `${done} of ${total} ${name}`),
  };
}

const shareOf = (done: number, total: number): number => (total > 0 ? Math.min(1, done / total) : 0);
