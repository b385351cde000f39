/** What axe finds on a page, in words; it is put into the page by the browser's own protocol, past the page's CSP. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe is there since the line above
    const { violations } = await (globalThis as any).axe.run();
    return violations.map(
      // biome-ignore lint/suspicious/noExplicitAny: axe's own shape
      (each: any) => `${each.id}: ${each.nodes.map((node: any) => node.target.join(' ')).join(', ')}`,
    );
  });
}
