/** The code that what was made is fetched with: shown once, and stored as a hash. */
import { randomInt } from 'node:crypto';

/** 99 bits. */
const SIGNS = 20;
/** Without what is mistaken for another. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Twenty signs in five groups. */
export const newCode = (): string =>
  inGroups(Array.from({ length: SIGNS }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''));

/** As it was shown, however it was typed. */
export const plainCode = (typed: string): string =>
  inGroups(typed.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));

const inGroups = (signs: string): string => (signs.match(/.{1,4}/g) ?? []).join('-');
