/**
 * A real browser for tests: Debian's Chromium, or the one inside `@sparticuz/chromium` where none is installed. It is
 * started without what would look for hosts of its maker.
 */
import { existsSync } from 'node:fs';
import packed from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const INSTALLED = '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Nothing to do where one is installed. */
export async function unpackBrowser(): Promise<void> {
  if (!existsSync(INSTALLED)) await packed.executablePath();
}

export async function startBrowser(): Promise<Browser> {
  if (existsSync(INSTALLED)) return chromium.launch({ executablePath: INSTALLED, args: QUIET });
  return chromium.launch({ executablePath: await packed.executablePath(), args: [...packed.args, ...QUIET] });
}
