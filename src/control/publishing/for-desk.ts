/** Publishing as the desk's pages call it: each asks first who it is and whether their role is enough. */
import { type DeskPermission, demandStaff } from '../desk/index.ts';
import { DOCUMENTS, type DocumentName } from '../document-names.ts';
import { checkInput } from '../input.ts';
import { type Written, writeMail } from '../notices/index.ts';
import { Problem } from '../problem.ts';
import type { Caller } from '../sign-in/index.ts';
import { demandVersion, shownVersion } from './for-pages.ts';
import type { PublishingParts } from './parts.ts';
import type { Proposal } from './propose.ts';
import { LETTER_OF, letterValues, newestOf, preview, publish, publishInput, textInput } from './publish.ts';
import { withdraw } from './withdraw.ts';

type Form = Readonly<Record<string, unknown>>;

/** Whom the mail of a preview is to. */
const NOBODY = 'Ada Example';

export interface Preview extends Proposal {
  /** The version that it is compared with. */
  readonly base: number;
  /** As people would be written, where it is significant. */
  readonly mail: Pick<Written, 'subject' | 'text'>;
}

export function forPublishingDesk(parts: PublishingParts) {
  const { publications, signIn } = parts;
  const staff = async (caller: Caller, what: DeskPermission, fresh = false) =>
    (await demandStaff(signIn, caller, what, { fresh })).actor;
  return {
    /** Every version of each text; whether they may publish. */
    list: async (caller: Caller) => {
      await staff(caller, 'see_publications');
      return DOCUMENTS.map((name) => ({
        document: name,
        versions: publications.of(name).map((each) => shownVersion(each, publications.inForce(name))),
      }));
    },
    /** What the form begins with: the text of the newest version. Throws `Problem` 404. */
    form: async (caller: Caller, asked: string) => {
      await staff(caller, 'publish');
      const name = documentNamed(asked);
      const { version, title, text } = newestOf(publications, name);
      return { document: name, base: version, title, text, noticeDays: parts.noticeDays };
    },
    /** Publishes nothing. Throws `Problem` 400. */
    preview: async (caller: Caller, form: Form): Promise<Preview> => {
      await staff(caller, 'publish');
      return previewOf(parts, form);
    },
    publish: async (caller: Caller, form: Form) => {
      const by = await staff(caller, 'publish', true);
      return publish(parts, checkInput(form, publishInput, LABELS), by);
    },
    withdraw: async (caller: Caller, document: string, version: string): Promise<void> => {
      const by = await staff(caller, 'publish', true);
      const name = documentNamed(document);
      await withdraw(parts, name, demandVersion(parts, name, version).version, by);
    },
  };
}

const LABELS = {
  document: 'The text',
  text: 'The text',
  summary: 'What is different',
  significant: 'Significant',
  why: 'Why',
  base: 'The version that it was compared with',
};

const documentNamed = (asked: string): DocumentName => {
  const name = DOCUMENTS.find((each) => each === asked);
  if (name === undefined) throw new Problem(404, 'no_such_document', 'There is no such text.');
  return name;
};

/** `form`: with the summary, as far as it is there. */
export function previewOf(parts: PublishingParts, form: Form): Preview {
  const { document, text, summary = '' } = form;
  const input = checkInput({ document, text }, textInput, LABELS);
  const { base, compared, reasons } = preview(parts, input);
  const holdsAt = new Date(parts.signIn.now() + parts.noticeDays * 86_400_000);
  const version = (parts.publications.of(input.document)[0]?.version ?? 0) + 1;
  const values = letterValues(parts, {
    document: input.document,
    version,
    holdsAt,
    summary: String(summary),
  });
  const { subject, text: letter } = writeMail(
    { letters: parts.notices.letters, siteUrl: parts.siteUrl },
    LETTER_OF[input.document],
    { name: NOBODY, ...values },
  );
  return { base: base.version, compared, reasons, mail: { subject, text: letter } };
}
