/** Publishing by the operator's command, and versions for programs. */
import { Hono } from 'hono';
import { z } from 'zod';
import { OPERATOR } from '../actor.ts';
import { DOCUMENTS } from '../document-names.ts';
import { checkInput, readInput } from '../input.ts';
import { readTexts } from '../policy/index.ts';
import { Problem } from '../problem.ts';
import { previewOf } from './for-desk.ts';
import { forPublishingPages, shownVersion } from './for-pages.ts';
import type { PublishingParts } from './parts.ts';
import { newestOf, publish, publishInput } from './publish.ts';
import { withdraw } from './withdraw.ts';

const document = z.enum(DOCUMENTS, `must be one of ${DOCUMENTS.join(', ')}`);
const withdrawInput = z.strictObject({ document, version: z.int().min(1) });
const draftInput = z.strictObject({ document });

/** Below `/publications`. */
export const publishingAdmin = (parts: PublishingParts): Hono =>
  new Hono()
    .get('/publications', (c) => c.json(allVersions(parts)))
    /** The newest text that ships with Kept and is not published. */
    .get('/publications/draft', async (c) => {
      const { document: name } = checkInput({ document: c.req.query('document') }, draftInput);
      const [shipped] = await readTexts(name, parts.publications.parts.folder);
      const newest = newestOf(parts.publications, name);
      if (shipped.version <= newest.version)
        throw new Problem(
          404,
          'no_draft',
          `policy/${name} holds no version after ${newest.version}, which is published. Name a file.`,
        );
      return c.json({ ...shipped, base: newest.version });
    })
    .post('/publications/preview', async (c) => {
      return c.json(previewOf(parts, await readInput(c, z.record(z.string(), z.unknown()))));
    })
    .post('/publications', async (c) => {
      const { version, changed } = await publish(parts, await readInput(c, publishInput), OPERATOR);
      const shown = shownVersion(version, parts.publications.inForce(version.name));
      return c.json({ ...shown, changed }, changed ? 201 : 200);
    })
    .post('/publications/withdraw', async (c) => {
      const wish = await readInput(c, withdrawInput);
      const version = await withdraw(parts, wish.document, wish.version, OPERATOR);
      return c.json(shownVersion(version, parts.publications.inForce(version.name)));
    });

/** `GET /versions`, below `/api/privacy`. */
export const versionRoutes = (parts: PublishingParts): Hono =>
  new Hono().get('/versions', (c) => c.json(allVersions(parts)));

function allVersions(parts: PublishingParts) {
  const pages = forPublishingPages(parts);
  return { versions: DOCUMENTS.flatMap((name) => pages.versions(name)).map(outside) };
}

/** In the words of our JSON. */
const outside = ({ announcedAt, holdsAt, hash, ...version }: ReturnType<typeof shownVersion>) => ({
  ...version,
  announced_at: announcedAt,
  holds_at: holdsAt,
  sha256: hash,
});
