/** Unpacks the browser of `@sparticuz/chromium` once, before workers would do it at the same time. */
import { unpackBrowser } from './browser.ts';

export const setup = unpackBrowser;
