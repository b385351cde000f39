/** The kind of browser and system, out of a user agent that is not kept: enough to tell one's own devices apart. */

export const BROWSERS = [
  'Firefox',
  'Chrome',
  'Safari',
  'Edge',
  'Opera',
  'Samsung Internet',
  'other',
] as const;
export const SYSTEMS = ['Windows', 'macOS', 'Linux', 'Android', 'iOS', 'ChromeOS', 'other'] as const;

export interface Device {
  readonly browser: (typeof BROWSERS)[number];
  readonly system: (typeof SYSTEMS)[number];
}

/** A header that is longer is no browser's. */
const AGENT_CHARS_MAX = 512;

/** In this order: each names those below it as well. */
const BROWSER_SIGNS: readonly [Device['browser'], RegExp][] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\b(?:OPR|Opera)\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|HeadlessChrome|CriOS|Chromium)\//],
  ['Safari', /\bSafari\//],
];
const SYSTEM_SIGNS: readonly [Device['system'], RegExp][] = [
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(?:iPhone|iPad|iPod)\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac(?:intosh| OS X)\b/],
  ['Linux', /\bLinux\b/],
];

export function deviceOf(userAgent: string | null): Device {
  const agent = (userAgent ?? '').slice(0, AGENT_CHARS_MAX);
  const found = <T>(signs: readonly [T, RegExp][]): T | undefined =>
    signs.find(([, sign]) => sign.test(agent))?.[0];
  return { browser: found(BROWSER_SIGNS) ?? 'other', system: found(SYSTEM_SIGNS) ?? 'other' };
}
