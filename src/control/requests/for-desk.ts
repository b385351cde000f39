/**
 * Requests as the desk's pages call them. Whoever may see them sees how they stand; what was written opens by one door
 * that enters the look in the record first; a privacy officer decides, and another one an appeal.
 */
import { type Id, isId } from '../../link/ids.ts';
import { accountsOwnedBy } from '../accounts/index.ts';
import { type DeskPermission, demandStaff } from '../desk/index.ts';
import { forLawPages, UNSAID } from '../law/index.ts';
import { outward } from '../outward.ts';
import type { Caller } from '../sign-in/index.ts';
import { acceptProof, openProof, refuseProof, shownProof } from './agent-proof.ts';
import { appeal } from './appeal.ts';
import { ASKS, isRight } from './asks.ts';
import { linkTokenOf, pageOf } from './case-link.ts';
import { correctablesOf } from './correctables.ts';
import { type Decider, decide, decideAppeal, extend, requestById } from './decide.ts';
import { enterByPost, proveByStaff } from './enter.ts';
import { figuresForStaff } from './figures.ts';
import { judgeReport, openReport } from './judge-report.ts';
import { beside, groundsOf } from './law-of-request.ts';
import { wordsFor } from './letters.ts';
import { noSuchRequest } from './move.ts';
import { inviteOutsider, lacksDecider, shownOutsider, takeBackOutsider } from './outsider.ts';
import type { RequestParts } from './parts.ts';
import { agentOf } from './proof.ts';
import { queue, queued } from './queue.ts';
import { shownRequest, wordsOf } from './read.ts';
import { referenceOf } from './reference.ts';
import type { Requests } from './requests.ts';
import { NOTHING_SAID, readSaid } from './said.ts';
import type { RequestRow } from './schema.ts';

export type RequestDesk = ReturnType<typeof forRequestDesk>;

export function forRequestDesk(parts: RequestParts, requests: Requests) {
  const { signIn, erasing } = parts;
  const staff = async (caller: Caller, what: DeskPermission, fresh = false): Promise<Decider> => {
    const { actor } = await demandStaff(signIn, caller, what, { fresh });
    return { person: actor.person, role: actor.role };
  };
  const at = (id: string): Promise<RequestRow> => {
    if (!isId(id)) throw noSuchRequest();
    return requestById(parts, id);
  };
  return {
    list: async (caller: Caller, asked: { readonly all: boolean; readonly after: string | null }) => {
      await staff(caller, 'see_requests');
      return queue(parts, asked);
    },
    figures: async (caller: Caller) => {
      await staff(caller, 'see_requests');
      return figuresForStaff(parts);
    },
    one: async (caller: Caller, id: string) => {
      const by = await staff(caller, 'see_requests');
      return one(parts, await at(id), by);
    },
    /** What was written; the look stands in the record first, and the person sees it. Wants a fresh sign-in. */
    open: async (caller: Caller, id: string) => {
      const by = await staff(caller, 'decide_request', true);
      return opened(parts, await at(id), by);
    },
    decide: async (caller: Caller, id: string, form: unknown) => {
      const by = await staff(caller, 'decide_request', true);
      const row = await at(id);
      if (!isRight(row.right)) throw noSuchRequest();
      await (row.state === 'appeal_deciding' ? decideAppeal : decide)(parts, row.id, by, form);
      await requests.wake();
    },
    /** A report of a child's account. */
    judge: async (caller: Caller, id: string, form: unknown) => {
      const by = await staff(caller, 'decide_request', true);
      const row = await at(id);
      if (isRight(row.right)) throw noSuchRequest();
      await judgeReport(parts, row, by, form);
      await requests.wake();
    },
    extend: async (caller: Caller, id: string, form: unknown) => {
      const by = await staff(caller, 'decide_request');
      await extend(parts, (await at(id)).id, by, form);
    },
    /** An appeal that came by post. */
    appeal: async (caller: Caller, id: string, form: unknown) => {
      const by = await staff(caller, 'enter_request');
      await appeal(parts, await at(id), { cause: 'staff', ...by }, form);
    },
    /** What an agent shows; the look stands in the record first. Wants a fresh sign-in. */
    openProof: async (caller: Caller, id: string) => {
      const by = await staff(caller, 'decide_request', true);
      return openProof(parts, await at(id), by);
    },
    acceptProof: async (caller: Caller, id: string) => {
      const by = await staff(caller, 'decide_request', true);
      await acceptProof(parts, await at(id), by);
      await requests.wake();
    },
    refuseProof: async (caller: Caller, id: string) => {
      const by = await staff(caller, 'decide_request', true);
      await refuseProof(parts, (await at(id)).id, by);
    },
    prove: async (caller: Caller, id: string, form: unknown) => {
      const by = await staff(caller, 'decide_request', true);
      await proveByStaff(parts, await at(id), by, form);
      await requests.wake();
    },
    /** Answers the code that is handed over by another way than the mail. Wants a fresh sign-in. */
    inviteOutsider: async (caller: Caller, id: string, form: unknown) => {
      const by = await staff(caller, 'invite_outsider', true);
      return inviteOutsider(parts, await at(id), by, form);
    },
    takeBackOutsider: async (caller: Caller, id: string) => {
      const by = await staff(caller, 'invite_outsider', true);
      await takeBackOutsider(parts, (await at(id)).id, by);
    },
    /** What the form for a letter needs. */
    form: async (caller: Caller) => {
      await staff(caller, 'enter_request');
      const now = new Date(erasing.store.now()).toISOString();
      return {
        places: { unsaid: UNSAID, ...forLawPages(parts.law, erasing.store.now).places() },
        today: now.slice(0, 10),
      };
    },
    /** Answers the request's id. */
    enter: async (caller: Caller, form: unknown): Promise<Id> => {
      const id = await enterByPost(parts, await staff(caller, 'enter_request'), form);
      await requests.wake();
      return id;
    },
  };
}

async function one(parts: RequestParts, row: RequestRow, by: Decider) {
  const { services, store } = parts.erasing;
  const { answers: _answers, link: _link, joinedTo: _joined, ...shown } = await shownRequest(parts, row);
  const { siteUrl } = parts.signIn.settings;
  const whose = row.person === null ? 'asked' : 'own';
  const mayDecide = by.role === 'privacy';
  const mayInvite = by.role === 'privacy' || by.role === 'admin';
  const isOwn = row.person === by.person;
  const decidedFirst = row.decidedBy === by.person;
  const waitsForMe = row.state === 'deciding' || (row.state === 'appeal_deciding' && !decidedFirst);
  return {
    ...shown,
    ...queued(row, store.now()),
    outside: shown.outside,
    // What somebody calls themselves is shown to who opens what was written.
    agent: row.door === 'agent' ? 'Somebody who says that they were let' : agentOf(parts, row),
    agentProof: await shownProof(parts, row),
    /** What the law says beside it, sentence by sentence. */
    law: beside(parts.law, row),
    grounds: groundsOf(parts.law, row),
    extensions: wordsFor(parts).extension,
    /** When the answer is due once it is put off; null: it cannot be. */
    extendableTo: row.extendableTo?.toISOString() ?? null,
    place: row.place === UNSAID ? 'somewhere that they did not say' : shown.place,
    proposal: PROPOSALS[row.state === 'appeal_deciding' ? 'appeal' : ASKS[row.right].effect],
    account: await accountOf(parts, row),
    /** In the subject of its letters. */
    reference: isRight(row.right) ? referenceOf(row.id) : null,
    /** To be put into an answer by post. */
    page: row.door === 'post' ? pageOf(siteUrl, linkTokenOf(services.pepper, row.id, whose)) : null,
    outsider: await shownOutsider(parts, row, mayInvite),
    /** What showed who asks; null: nothing yet. */
    provenBy: row.provenBy,
    isOwn,
    decidedFirst: row.state === 'appeal_deciding' && decidedFirst,
    may: {
      open: mayDecide && !isOwn,
      decide: mayDecide && !isOwn && waitsForMe,
      prove: mayDecide && row.state === 'identity',
      extend:
        mayDecide &&
        (row.state === 'deciding' || row.state === 'identity') &&
        row.extendedAt === null &&
        row.extendableTo !== null &&
        row.respondBy.getTime() >= store.now(),
      appeal: by.role !== 'auditor' && shown.appeal.isPossible,
      invite: mayInvite && !isOwn && (await lacksDecider(parts, row)),
    },
  };
}

/** What the rule would decide, for who decides. */
const PROPOSALS: Readonly<Record<string, string>> = {
  correct:
    'Grant it: name what is put right, and to what. Refuse only where what stands there is right, since the change would make the data wrong (ACCESS-4).',
  restrict: 'Grant it: the data stay and are used for nothing else. Refuse only where a law demands the use.',
  erase:
    'Grant it. Accounts that others depend on go on with the first of them by role; ask the person first if there is time.',
  erase_at_once:
    'Delete the account where it is likely that it is a child’s, and nothing shows that a parent consented. It is deleted at once and cannot be taken back.',
  appeal:
    'Look at all of it again, as if nobody had decided. Grant it unless the first reason convinces you too.',
};

async function accountOf({ erasing: { services } }: RequestParts, row: RequestRow): Promise<string | null> {
  if (row.person === null) return null;
  const [account] = await accountsOwnedBy(services.db, row.person);
  return account === undefined ? null : outward('acct', account);
}

async function opened(parts: RequestParts, row: RequestRow, by: Decider) {
  const { services, store } = parts.erasing;
  const report = isRight(row.right) ? null : await openReport(parts, row, by);
  const person = report === null ? row.person : report.about;
  await store.record.act((_tx, enter) =>
    enter({
      kind: 'staff_read',
      role: by.role,
      about: person === null ? null : { kind: 'person', id: person },
      content: {
        ...(person !== null && { actor: by.person }),
        purpose: 'rights',
        reason:
          report === null ? 'To decide about your request' : 'To decide whether this is a child’s account',
        table: 'privacy_request',
        row: row.id,
      },
    }),
  );
  if (report !== null) return { report, said: NOTHING_SAID, words: [], correctables: [] };
  const said = readSaid(services.vault, row);
  const correctables = row.right === 'correct' && person !== null ? await correctablesOf(parts, person) : [];
  return { report, said, words: await wordsOf(parts, row), correctables };
}
