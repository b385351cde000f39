/** docs/data.md is what the tables say. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dataMap } from '../../src/control/data-map.ts';
import { mapPage } from '../../src/store/map/describe.ts';

test('docs/data.md is the map as it is', async () => {
  await expect(mapPage(dataMap)).toMatchFileSnapshot(
    fileURLToPath(new URL('../../docs/data.md', import.meta.url)),
  );
});
