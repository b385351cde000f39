/**
 * The privacy office as control opens it: requests about personal data, whichever door they come by (pages, mail, agents'
 * programs), conversations with who writes to us, and what of them goes on by itself.
 */
import type { BlockList } from 'node:net';
import type { Log } from '../log/log.ts';
import { forCommentDesk, forCommentPages } from './comments/index.ts';
import { Directory, drpRoutes, Telling } from './drp/index.ts';
import { openEvents } from './events/index.ts';
import { openImports } from './imports/index.ts';
import { forLawPages, type LawTable, lawRoutes } from './law/index.ts';
import {
  countUnread,
  forMailDesk,
  type MailDoorParts,
  openMailDoor,
  readMailRules,
} from './mail-door/index.ts';
import type { MailTags } from './mail-tags.ts';
import { openMessages } from './messages/index.ts';
import { forOutsideDesk, outsideFigures } from './outside/index.ts';
import { readChangelog } from './policy/index.ts';
import {
  forOutsider,
  forRequestDesk,
  forRequestPages,
  type RequestParts,
  Requests,
  requestFigures,
  requestMetrics,
  requestRoutes,
} from './requests/index.ts';
import type { ControlSettings } from './settings.ts';
import type { SignInPages } from './sign-in/index.ts';
import { GROUP_MIN } from './statistics/index.ts';
import { openSurveys } from './surveys/index.ts';

interface Wanted extends Omit<RequestParts, 'law' | 'company' | 'agentName'> {
  readonly law: LawTable;
  readonly ways: SignInPages;
  /** Out of promotional mail, by the token of a mail's link. */
  readonly unsubscribe: (token: string) => Promise<void>;
  /** What a report says about a mail of ours. */
  readonly report: MailDoorParts['report'];
  readonly tags: MailTags;
  /** Whose word about a caller's address is believed. */
  readonly trusted: BlockList;
  readonly settings: ControlSettings;
  readonly log: Log;
}

/** Throws `MailRulesDamaged`, and where a certificate of the mail server cannot be read. */
export async function openPrivacyOffice({
  settings,
  log,
  ways,
  trusted,
  unsubscribe,
  report,
  tags,
  ...wanted
}: Wanted) {
  const { law, erasing } = wanted;
  const directory = settings.drp === null ? null : new Directory(settings.drp);
  const requesting: RequestParts = {
    ...wanted,
    company: { name: settings.company.name, policyEmail: settings.company.policyEmail },
    agentName: (id) => directory?.byId(id)?.name ?? null,
  };
  const requests = new Requests(requesting, log);
  const pages = forRequestPages(requesting, requests);
  const { listen, imapUrl } = settings.mailDoor;
  const messages = openMessages({ requesting, answersByMail: listen !== null || imapUrl !== null, log });
  const events = openEvents({ erasing, signIn: wanted.signIn, log });
  const surveys = openSurveys({
    erasing,
    signIn: wanted.signIn,
    said: messages.survey,
    groupMin: settings.statistics?.groupMin ?? GROUP_MIN,
    log,
  });
  const imports = openImports({ erasing, signIn: wanted.signIn, log });
  const commenting = { erasing, signIn: wanted.signIn, changelog: await readChangelog() };
  const mailing = { requesting, rules: readMailRules(), unsubscribe, report, tags, messages, log };
  const mailDoor = await openMailDoor(mailing, settings);
  const drp = { requesting, requests, directory, trusted, log };
  const telling = new Telling(drp);
  const { now } = erasing.store;
  return {
    /** Agents that may ask by the Data Rights Protocol; null: none. */
    agents: directory,
    messages,
    pages: {
      messages: messages.pages,
      messageDesk: messages.desk,
      events: events.pages,
      eventDesk: events.desk,
      surveys: surveys.pages,
      surveyDesk: surveys.desk,
      comments: forCommentPages(commenting),
      commentDesk: forCommentDesk(commenting),
      importDesk: imports.desk,
      law: forLawPages(law, now),
      requests: pages,
      requestDesk: forRequestDesk(requesting, requests),
      outsider: forOutsider(requesting, requests),
      mailDesk: forMailDesk(mailing),
      outsideDesk: forOutsideDesk({
        services: erasing.services,
        store: erasing.store,
        signIn: wanted.signIn,
        law,
        wake: () => requests.wake(),
      }),
    },
    routes: {
      privacy: lawRoutes({ table: law, signIn: ways, now }).route(
        '/',
        requestRoutes({ signIn: ways, figures: pages.figures, ladder: pages.ladder }),
      ),
      drp: drpRoutes(drp),
    },
    figures: () => requestFigures(requesting),
    outside: () => outsideFigures(erasing),
    /** In Prometheus' text format. */
    metrics: async () =>
      (await requestMetrics(requesting, await countUnread(mailing))) + (await messages.metrics()),
    /** Throws where the mail server's port is taken. */
    async start() {
      requests.start();
      await mailDoor.start();
      messages.start();
      events.start();
      surveys.start();
      imports.start();
      telling.start();
    },
    /** Lets what is under way end and begins nothing else. */
    async stop() {
      await mailDoor.stop();
      await Promise.all([requests, telling, messages, events, surveys, imports].map((each) => each.stop()));
    },
  };
}
