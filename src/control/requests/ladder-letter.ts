/** What the address that we hold is told whenever somebody shows something in its name, with a way to say no. */
import type { Id } from '../../link/ids.ts';
import type { Tx } from '../../store/store.ts';
import type { ShownKind } from '../ladder/schema.ts';
import { say } from '../notices/index.ts';
import { linkTokenOf } from './case-link.ts';
import { dayInWords } from './days.ts';
import type { RequestParts } from './parts.ts';
import { referenceOf } from './reference.ts';
import type { RequestRow } from './schema.ts';

interface Shown {
  readonly owner: Id;
  readonly kind: ShownKind;
  readonly needed: number;
  readonly waitsUntil: Date | null;
}

export async function tellOfShown(
  { signIn: { notices, settings }, erasing: { services } }: RequestParts,
  tx: Tx,
  row: RequestRow,
  { owner, kind, needed, waitsUntil }: Shown,
): Promise<void> {
  const token = linkTokenOf(services.pepper, row.id, 'stop');
  const url = `${settings.siteUrl}/privacy/requests/not-me?token=${token}`;
  const { language } = row;
  const { words } = notices.letters.of(language);
  const next =
    needed > 0
      ? words.next.more
      : waitsUntil === null
        ? words.next.goes_on
        : say(words.next.waits, { day: dayInWords(waitsUntil, language) });
  const values = { url, asked: words.asked[row.right], shown: words.shown[kind], next };
  const thread = { reference: referenceOf(row.id), answers: null };
  await notices.send(tx, { template: 'request_shown', person: owner, language, thread, values });
}
