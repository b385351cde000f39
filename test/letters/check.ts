/** Part of `npm run check`: what is wrong with the catalogues of letters, one slip a line; ends with 1 when there is one. */
import { LettersDamaged, readCatalogues } from '../../src/control/notices/index.ts';

try {
  readCatalogues();
} catch (error) {
  if (!(error instanceof LettersDamaged)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
