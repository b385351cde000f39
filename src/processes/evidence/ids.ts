/** Ids that follow from names, so that two exports of the same thing name it alike (RFC 9562, UUID version 5). */
import { createHash } from 'node:crypto';

const NAMESPACE = Buffer.from('6b657074657669646c656e63653a3031', 'hex');

export function uuidOf(name: string): string {
  const hash = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  hash[6] = ((hash[6] as number) & 0x0f) | 0x50;
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A criterion as a token of OSCAL's: `GDPR 5(1)(c)` is `gdpr-5.1.c`. */
export const controlIdOf = (criterion: string): string =>
  criterion
    .toLowerCase()
    .replace(' ', '-')
    .replace(/\(([^)]+)\)/g, '.$1');
