/** The documents say what the tables say. After a change of a table: `npx vitest run test/api -u`. */
import { expect, it } from 'vitest';
import { errorsDocument, parametersDocument } from './documents.ts';

it('docs/errors.md', async () => {
  await expect(errorsDocument()).toMatchFileSnapshot('../../docs/errors.md');
});

it('docs/parameters.md', async () => {
  await expect(parametersDocument()).toMatchFileSnapshot('../../docs/parameters.md');
});
