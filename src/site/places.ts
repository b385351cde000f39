/** Addresses of pages that others lead to. */

/** Where somebody confirms that it is still them. */
export const CONFIRM_PAGE = '/console/confirm';
