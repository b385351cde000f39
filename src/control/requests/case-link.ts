/**
 * The addresses of a request's pages. A token follows from the request's number under the pepper, so that every letter can
 * name it and the database holds nothing that opens it. Letters go to whom the request is about; a stranger who asks is
 * led to another page, which never tells what that person answered.
 */
import { createHmac } from 'node:crypto';
import type { Id } from '../../link/ids.ts';
import { hashToken, isToken } from '../random-token.ts';

/**
 * `own`: of whom it is about. `asked`: of a stranger who asked. `stop`: where whoever holds the address objects. `outside`: of
 * somebody from outside, by the number of their invitation.
 */
type Whose = 'own' | 'asked' | 'stop' | 'outside';

/** 43 characters, base64url. */
export const linkTokenOf = (pepper: string, request: Id, whose: Whose = 'own'): string =>
  createHmac('sha256', Buffer.from(pepper, 'hex'))
    .update(`kept request link v1\n${whose}\n${request}`)
    .digest('base64url');

export const linkHashOf = (pepper: string, request: Id, whose: Whose = 'own'): string =>
  hashToken(linkTokenOf(pepper, request, whose));

/** The hash that a token of an address is found by; null where it is none. */
export const hashOfLink = (token: string): string | null => (isToken(token) ? hashToken(token) : null);

export const pageOf = (siteUrl: string, token: string): string => `${siteUrl}/privacy/requests/${token}`;
