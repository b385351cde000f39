/**
 * What control is told at its start: one JSON line on standard input, made by the supervisor from the checked
 * configuration.
 */
import type { BillingMode, MODEL_KINDS } from '../link/words.ts';
import type { Level } from '../log/fields.ts';
import type { Schedule } from '../store/backup/schedule.ts';
import type { DisclosureSettings } from './disclosure/index.ts';
import type { DrpSettings } from './drp/index.ts';
import type { MailSettings } from './notices/index.ts';
import type { StripeSettings } from './payments/index.ts';
import type { ProcessorSettings } from './processors/settings.ts';
import type { SignInSettings } from './sign-in/index.ts';
import type { StatisticsSettings } from './statistics/settings.ts';

/** Micro-dollars for a million tokens; a kind that is left out has its parent's price (cached: prompt, reasoning: completion). */
export interface PriceSettings {
  readonly prompt: number;
  readonly completion: number;
  readonly cached?: number;
  readonly reasoning?: number;
}

/** An engine as far as control needs it: to ask which models it serves. Content never goes this way. */
export interface EngineAddress {
  /** Its number in the configuration. */
  readonly number: number;
  /** Base URL with `/v1`. */
  readonly url: string;
  /** A local socket instead of the URL's host and port; null for TCP. */
  readonly socket: string | null;
  readonly key: string | null;
}

/** What an engine does with what it is sent, as somebody declared it (INFER-2, INFER-3, AUTO-3); the site shows it. */
export interface EngineDeclaration {
  /** Its number in the configuration. */
  readonly number: number;
  readonly name: string;
  readonly region: string;
  /** Days that it keeps content; 0 keeps nothing. */
  readonly retentionDays: number;
  readonly trains: boolean;
  readonly declaredBy: string;
  /** ISO date until which the declaration holds; null for the operator's own engine. */
  readonly until: string | null;
}

/** What people write about (COLLECT-8). */
export const TOPICS = ['enquiries', 'sales', 'support', 'problems', 'feedback'] as const;
export type Topic = (typeof TOPICS)[number];

/** Stands in place of a postal address that is not known. */
export const ADDRESS_NOT_ENTERED = 'not entered yet';

/** Who the operator is (CONTACT-1): shown on the site and in letters, never in the source. */
export interface Company {
  readonly name: string;
  readonly postalAddress: string;
  /** Where questions and requests about privacy go. */
  readonly policyEmail: string;
  /** Name and address of the data protection officer. */
  readonly dpo: string | null;
  /** Where holes are reported (RFC 9116): a mailto: or https: address; null: not said. */
  readonly securityContact: string | null;
  /** Where each is written to: a mailto: or https: address; null: not said. */
  readonly contacts: Readonly<Record<Topic, string | null>>;
}

/** A model as the operator configured it; models that are not configured are served at the default price. */
export interface ModelSettings {
  readonly name: string;
  readonly kind?: (typeof MODEL_KINDS)[number];
  /** Numbers of the engines that may serve it; left out: all. */
  readonly engines?: readonly number[];
  /** Left out: the default price. */
  readonly prices?: PriceSettings;
  /** Context window in tokens; left out: what the engine says, else 8,192. */
  readonly context?: number;
  /** Largest output in tokens; left out: the context window. */
  readonly maxOutput?: number;
}

/** The user that gateways run as, when it is not control's own. */
export interface SocketOwner {
  readonly uid: number;
  readonly gid: number;
}

export interface WitnessSettings {
  readonly key: string;
  readonly url: string;
}

export interface ControlSettings {
  /** PostgreSQL's address; a local socket as `postgres://user:password@/database?host=/folder`. */
  readonly databaseUrl: string;
  /** Address that the site listens on. */
  readonly host: string;
  readonly sitePort: number;
  /** The page of a line of the source, with `{file}` and `{line}` in it; null or left out: nobody said it. */
  readonly sourceUrl?: string | null;
  /** Public addresses, without a trailing slash. */
  readonly siteUrl: string;
  readonly apiUrl: string;
  /** The link's local socket; gateways connect to it. */
  readonly linkSocket: string;
  readonly linkOwner: SocketOwner | null;
  /** Local socket of the commands' HTTP API. */
  readonly adminSocket: string;
  /** Folder of the pepper and the key store, mode 0700. */
  readonly keysFolder: string;
  /** Erasure ledger and record, outside the database. */
  readonly ledgerFolder: string;
  /** 64 hex digits, or the path of a key file; null: `masterKeyCommand`, or a file in the keys folder. */
  readonly masterKey: string | null;
  readonly masterKeyCommand: readonly string[] | null;
  /** Where archives lie that people asked for, until they are over; mode 0700. */
  readonly exportsFolder: string;
  /** Backups that are made by themselves. */
  readonly backups: Schedule;
  /** Networks (CIDR) whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Who may sign up by themselves. */
  readonly signUp: SignInSettings['signUp'];
  /** Who else people may sign in by. */
  readonly providers: SignInSettings['providers'];
  readonly mail: MailSettings;
  /** Catalogues of letters; left out: `policy/letters`. */
  readonly lettersFolder?: string;
  /** Whence mail to the policy address comes; `tls`: paths. */
  readonly mailDoor: {
    readonly listen: {
      readonly host: string;
      readonly port: number;
      readonly tls: { readonly cert: string; readonly key: string } | null;
    } | null;
    readonly imapUrl: string | null;
  };
  /** Who may ask by the Data Rights Protocol; null: nobody. */
  readonly drp: DrpSettings | null;
  /** Null: no numbers about people are published. */
  readonly statistics: StatisticsSettings | null;
  /** Left out: seven days to object, nothing that the operator begins, no HIPAA. */
  readonly disclosures?: DisclosureSettings;
  readonly billing: BillingMode;
  /** Null: nobody buys credit by themselves. */
  readonly stripe: StripeSettings | null;
  /** Those that are set up. */
  readonly processors: readonly ProcessorSettings[];
  /** Whom the operator announces before anything goes there. */
  readonly processorsComing: readonly ProcessorSettings[];
  readonly engines: readonly EngineAddress[];
  /** The same engines, as far as the site shows them. */
  readonly declarations: readonly EngineDeclaration[];
  readonly company: Company;
  readonly models: readonly ModelSettings[];
  readonly defaultPrice: PriceSettings;
  /** How long before prices become dearer; left out: 14. */
  readonly priceNoticeDays?: number;
  /** How long before a significant change of the policy or the terms holds; left out: 30. */
  readonly policyNoticeDays?: number;
  readonly logLevel: Level;
  /** Who cosigns the record's checkpoints: key (C2SP tlog-cosignature) and address, without a trailing slash. */
  readonly witnesses: readonly WitnessSettings[];
  /** What runs, for the record: SHA-256 of the source and of the lock file, 64 hex digits each. */
  readonly release: { readonly source: string; readonly lock: string };
  /** How it is set up, for the record: what is set, and SHA-256 of the whole without its secrets. */
  readonly configuration: { readonly fields: readonly string[]; readonly digest: string };
}
