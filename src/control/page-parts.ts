/** What the site's pages may ask of control; made once, where control starts. */
import type { BillingMode } from '../link/words.ts';
import type { Database } from '../store/database.ts';
import { entryOf } from '../store/map/table.ts';
import { type AgreementParts, agreementNow, type ShownAgreement } from './agreements/index.ts';
import type { ApiReference } from './api-reference.ts';
import type { BreachDesk, OpenBreaches } from './breach/index.ts';
import type { CaptureDesk } from './capture/index.ts';
import { categoriesOf, type DataMapCategory, fieldsOf } from './categories.ts';
import type { CommentDesk, CommentPages } from './comments/index.ts';
import type { ChoicePages } from './consent/for-pages.ts';
import type { ConsolePages } from './console/index.ts';
import { dataMap } from './data-map.ts';
import type { DatePages } from './dates/index.ts';
import type { DeskPages } from './desk/index.ts';
import type { OpenDisclosures } from './disclosure/index.ts';
import type { EventDesk, EventPages } from './events/index.ts';
import type { ExportPages } from './exports/index.ts';
import type { ImportDesk } from './imports/index.ts';
import type { LawPages } from './law/index.ts';
import type { Sessions } from './limits/index.ts';
import type { Link } from './link.ts';
import type { MailDesk } from './mail-door/index.ts';
import type { MessageDesk, MessagePages } from './messages/index.ts';
import {
  type Catalogue,
  lookedAtCookie,
  type Recommendation,
  readLookedAt,
  recommend,
  type ShownModel,
  shownModels,
} from './models/index.ts';
import type { OpenStore } from './open-store.ts';
import type { OutsideDesk } from './outside/index.ts';
import {
  type Binding,
  bindingsOf,
  type Clause,
  type InventoryItem,
  type PolicyDocuments,
  readBindings,
  readClauses,
  readCookies,
  readMutations,
} from './policy/index.ts';
import { Problem } from './problem.ts';
import type { Newcomers, Recipient } from './processors/index.ts';
import type { CampaignDesk, NewsletterPages, Promotion } from './promotion/index.ts';
import type { Publishing } from './publishing/index.ts';
import type { OutsiderPages, RequestDesk, RequestPages } from './requests/index.ts';
import type { RightsPages } from './rights/index.ts';
import type { Company, ControlSettings, EngineDeclaration } from './settings.ts';
import type { SignInPages } from './sign-in/index.ts';
import type { PublicStatistics, Statistics } from './statistics/index.ts';
import type { SurveyDesk, SurveyPages } from './surveys/index.ts';
import { usageRecord } from './usage/schema.ts';
import type { Explanations, ShownStanding } from './verification/explanations.ts';
import type { Verification } from './verification/index.ts';

export interface Health {
  readonly database: boolean;
  readonly link: boolean;
  /** Gateways that are connected to control. */
  readonly gateways: number;
}

export interface PageParts {
  /** Null where control was started without it. */
  readonly reference: ApiReference | null;
  /** Public addresses, without a trailing slash. */
  readonly siteUrl: string;
  readonly apiUrl: string;
  readonly company: Company;
  readonly billing: BillingMode;
  readonly documents: PolicyDocuments;
  /** The data processing agreement, with its annexes as they are now. */
  agreement(): ShownAgreement;
  /** Every promise of the policy, in its order. */
  readonly clauses: readonly Clause[];
  /** Every cookie and beacon (COLLECT-7). */
  readonly cookies: readonly InventoryItem[];
  readonly engines: readonly EngineDeclaration[];
  /** Whom data goes to (DISCLOSE-2). */
  readonly recipients: readonly Recipient[];
  /** Who will process, and does not yet. */
  announced(): Newcomers['waiting'];
  /** Categories of personal information that the data map holds (CPPA-2). */
  readonly categories: readonly DataMapCategory[];
  readonly signIn: SignInPages;
  readonly console: ConsolePages;
  readonly choices: ChoicePages;
  /** What the law of a place gives (STATE-7). */
  readonly law: LawPages;
  readonly rights: RightsPages;
  readonly exports: ExportPages;
  readonly requests: RequestPages;
  readonly requestDesk: RequestDesk;
  readonly outsider: OutsiderPages;
  readonly mailDesk: MailDesk;
  readonly messages: MessagePages;
  readonly messageDesk: MessageDesk;
  readonly events: EventPages;
  readonly eventDesk: EventDesk;
  readonly surveys: SurveyPages;
  readonly surveyDesk: SurveyDesk;
  readonly comments: CommentPages;
  readonly commentDesk: CommentDesk;
  readonly importDesk: ImportDesk;
  readonly outsideDesk: OutsideDesk;
  readonly desk: DeskPages;
  readonly campaigns: CampaignDesk;
  readonly newsletter: NewsletterPages;
  /** What of theirs ends or is due, and the feed of it for a calendar. */
  readonly dates: DatePages;
  /** Versions of policy and terms, and what changes. */
  readonly publishing: Pick<Publishing, 'pages' | 'desk'>;
  /** Out of promotional mail, by the token of a mail's link; the same whatever it is (CHOICE-2). */
  unsubscribe(token: string): Promise<void>;
  /** What is refused, for a person; null for a fault of ours. */
  problemOf(error: unknown): ShownProblem | null;
  /** Every field of a usage record that is filled (INFER-5). */
  readonly usageFields: readonly { readonly column: string; readonly label: string }[];
  models(): readonly ShownModel[];
  /** By what this browser looked at; both only where it is allowed (USE-6). */
  readonly recommendations: {
    of(cookies: string): Recommendation | null;
    /** The Set-Cookie header after this model was looked at. */
    saw(cookies: string, model: string): string;
  };
  health(): Promise<Health>;
  /** Entries of the record that everybody can see, and when its newest checkpoint was signed. */
  record(): { readonly size: number };
  statistics(): Promise<PublicStatistics>;
  /** Demands for data, and what was disclosed; how often in the last twelve months (CPPA-4). */
  readonly disclosures: Pick<OpenDisclosures, 'desk' | 'pages' | 'report' | 'count'>;
  /** Breaches of personal data, and who was told of them. */
  readonly breaches: BreachDesk;
  /** Requests that owners asked to be kept. */
  readonly captureDesk: CaptureDesk;
  /** What was last seen of each promise; null: nobody looks. */
  promises(): ShownStanding | null;
  /** What keeps a promise, in the source; null: there is no such clause. */
  bindingOf(clause: string): Binding | null;
}

/** A refusal as a page shows it. */
export interface ShownProblem {
  readonly status: number;
  readonly code: string;
  /** One sentence with what to do. */
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the server knows of a request besides the request itself. */
export interface Asked {
  /** For inline scripts of the answer. */
  readonly nonce: string;
  /** The address that the connection comes from. */
  readonly peer: string | undefined;
}

/** Answers a request for a page; control sets up the server around it. */
export type Pages = (request: Request, asked: Asked) => Promise<Response>;
/** Makes the pages; control's process hands it in, since the site stands on the floor above. */
export type OpenPages = (parts: PageParts) => Promise<Pages>;

const shown = ({ status, code, message, headers }: Problem): ShownProblem => ({
  status,
  code,
  message,
  headers,
});

interface Sources {
  readonly reference: ApiReference | null;
  readonly settings: ControlSettings;
  readonly documents: PolicyDocuments;
  readonly database: Database;
  readonly store: OpenStore;
  readonly link: Link;
  readonly sessions: Sessions;
  readonly catalogue: Catalogue;
  readonly signIn: SignInPages;
  readonly console: ConsolePages;
  readonly choices: ChoicePages;
  readonly law: LawPages;
  readonly rights: RightsPages;
  readonly exports: ExportPages;
  readonly requests: RequestPages;
  readonly requestDesk: RequestDesk;
  readonly outsider: OutsiderPages;
  readonly mailDesk: MailDesk;
  readonly messages: MessagePages;
  readonly messageDesk: MessageDesk;
  readonly events: EventPages;
  readonly eventDesk: EventDesk;
  readonly surveys: SurveyPages;
  readonly surveyDesk: SurveyDesk;
  readonly comments: CommentPages;
  readonly commentDesk: CommentDesk;
  readonly importDesk: ImportDesk;
  readonly outsideDesk: OutsideDesk;
  readonly desk: DeskPages;
  readonly promotion: Promotion;
  readonly dates: DatePages;
  readonly publishing: Publishing;
  readonly statistics: Statistics;
  readonly disclosures: OpenDisclosures;
  readonly breaches: OpenBreaches;
  readonly captures: CaptureDesk;
  readonly recipients: readonly Recipient[];
  readonly newcomers: Newcomers;
  readonly agreements: AgreementParts;
  readonly verification: Verification | null;
  readonly explanations: Explanations;
}

export const healthOf =
  ({ database, link, sessions }: Pick<Sources, 'database' | 'link' | 'sessions'>) =>
  async (): Promise<Health> => ({
    database: await database.reachable(),
    link: link.listening,
    gateways: sessions.connected().length,
  });

export function pageParts(sources: Sources): PageParts {
  const { settings, documents, store, catalogue, signIn, console, choices, rights, desk } = sources;
  const { siteUrl, apiUrl, company, billing, declarations } = settings;
  const models = () => shownModels(catalogue.models, declarations, billing, catalogue.coming);
  return {
    reference: sources.reference,
    siteUrl,
    apiUrl,
    company,
    billing,
    documents,
    agreement: () => agreementNow(sources.agreements),
    clauses: readClauses(billing),
    cookies: readCookies(),
    signIn,
    console,
    choices,
    law: sources.law,
    rights,
    exports: sources.exports,
    requests: sources.requests,
    requestDesk: sources.requestDesk,
    outsider: sources.outsider,
    mailDesk: sources.mailDesk,
    messages: sources.messages,
    messageDesk: sources.messageDesk,
    events: sources.events,
    eventDesk: sources.eventDesk,
    surveys: sources.surveys,
    surveyDesk: sources.surveyDesk,
    comments: sources.comments,
    commentDesk: sources.commentDesk,
    importDesk: sources.importDesk,
    outsideDesk: sources.outsideDesk,
    desk,
    campaigns: sources.promotion.desk,
    newsletter: sources.promotion.newsletter,
    dates: sources.dates,
    publishing: sources.publishing,
    unsubscribe: sources.promotion.unsubscribe,
    problemOf: (error) => (error instanceof Problem ? shown(error) : null),
    engines: declarations,
    recipients: sources.recipients,
    announced: () => sources.newcomers.waiting,
    categories: categoriesOf(dataMap, billing),
    usageFields: fieldsOf(entryOf(usageRecord), billing),
    models,
    recommendations: {
      of: (cookies) => recommend(models(), readLookedAt(siteUrl, cookies)),
      saw: (cookies, model) => lookedAtCookie(siteUrl, readLookedAt(siteUrl, cookies), model),
    },
    health: healthOf(sources),
    record: () => ({ size: store.record.log.publishedSize }),
    statistics: sources.statistics.shown,
    disclosures: sources.disclosures,
    breaches: sources.breaches.desk,
    captureDesk: sources.captures,
    promises: () =>
      sources.verification === null ? null : sources.explanations.beside(sources.verification.standing()),
    bindingOf: bindingsOf(readBindings(), readMutations(), settings.sourceUrl ?? null),
  };
}
