/** Canaries: texts that stand for a prompt, to be looked for wherever they must not be. */
import { randomBytes } from 'node:crypto';

/** The shortest part of a canary that counts as a leak. */
export const LEAK_CHARS = 6;

/** A text that occurs nowhere else. Its letters are upper case and its digits mixed in, unlike any sentence of ours. */
export function canary(): string {
  return `QZ${randomBytes(12).toString('hex').toUpperCase()}XJ`;
}

/** Parts of `secret` of `LEAK_CHARS` characters that `text` holds. */
export function leaked(text: string, secret: string): string[] {
  const found: string[] = [];
  for (let i = 0; i + LEAK_CHARS <= secret.length; i++) {
    const part = secret.slice(i, i + LEAK_CHARS);
    if (text.includes(part)) found.push(part);
  }
  return found;
}
