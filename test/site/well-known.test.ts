/** Files at fixed addresses, as programs read them. */
import { expect, test } from 'vitest';
import type { Company } from '../../src/control/settings.ts';
import type { BillingMode } from '../../src/link/words.ts';
import { wellKnown } from '../../src/site/well-known.ts';
import { COMPANY } from '../support/company.ts';
import { PUBLIC_PAGES } from '../support/public-pages.ts';

const get = async (path: string, more: Partial<Company> = {}, billing: BillingMode = 'prepaid') => {
  const parts = { siteUrl: 'https://kept.example', company: { ...COMPANY, ...more }, billing };
  return wellKnown(parts, new Request(`https://kept.example${path}`));
};

test('gpc.json says that the signal is honoured', async () => {
  const answer = await get('/.well-known/gpc.json');
  expect(answer?.headers.get('content-type')).toBe('application/json');
  expect(await answer?.json()).toEqual({ gpc: true, lastUpdate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
});

test('security.txt has a contact, and an end that is in less than a year', async () => {
  const text = (await (await get('/.well-known/security.txt'))?.text()) ?? '';
  expect(text).toContain('Contact: mailto:security@example.org\n');
  expect(text).toContain('Canonical: https://kept.example/.well-known/security.txt\n');
  const [, expires = ''] = /^Expires: (.+)$/m.exec(text) ?? [];
  const days = (Date.parse(expires) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(30);
  expect(days).toBeLessThan(365);
  const without = await (await get('/.well-known/security.txt', { securityContact: null }))?.text();
  expect(without).toContain('Contact: https://kept.example/privacy#contact\n');
});

test('robots keep out of what is nobody else’s, and find the map of the site', async () => {
  expect(await (await get('/robots.txt'))?.text()).toContain('Sitemap: https://kept.example/sitemap.xml');
  const map = (await (await get('/sitemap.xml'))?.text()) ?? '';
  const paths = [...map.matchAll(/<loc>https:\/\/kept\.example(\/[^<]*)<\/loc>/g)].map(([, path]) => path);
  expect(paths.toSorted()).toEqual(PUBLIC_PAGES.toSorted());
  expect(await (await get('/sitemap.xml', {}, 'off'))?.text()).not.toContain('/pricing');
});

test('nothing else is answered', async () => {
  expect(await get('/.well-known/other')).toBeNull();
  expect(await get('/__proto__')).toBeNull();
});
