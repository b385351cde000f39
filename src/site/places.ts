/** Addresses of pages that others lead to. */

/** Where somebody confirms that it is still them. */
export const CONFIRM_PAGE = '/console/confirm';

/** Where the link of an invitation into an account leads, as control writes it into the mail. */
export const joinPage = (token: string): string => `/join?token=${encodeURIComponent(token)}`;

/** The token in the address of that page; empty where it is another one. */
export const tokenOfJoinPage = (address: string): string =>
  /^\/join\?token=([\w-]{43})$/.exec(address)?.[1] ?? '';
