/** Random tokens of links and cookies: whoever is given one holds it, and the database has its SHA-256 only. */
import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** 43 characters, base64url. */
export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

export const isToken = (text: string): boolean => TOKEN.test(text);

/** 64 hex digits: how a token is stored. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
