/** Pages that everybody may open, out of the site's own list of routes, so that none is forgotten; a file is none. */
import routes from '../../src/site/routes.ts';

const isPublic = ({ path, file, children }: (typeof routes)[number]): boolean =>
  children === undefined && !/[:*.]/.test(path ?? '') && !/\/(ways-in|console|desk)\//.test(file);

/** Those that say the same to everybody. */
export const PUBLIC_PAGES: readonly string[] = routes.filter(isPublic).map(({ path }) => `/${path ?? ''}`);
export const SIGN_IN_PAGES = ['/sign-up', '/sign-in', '/forgot-password'] as const;
