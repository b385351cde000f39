/** One configuration, as the supervisor and the commands have it. */

import type { DisclosureSettings } from '../control/disclosure/settings.ts';
import type { DrpSettings } from '../control/drp/settings.ts';
import type { MailSettings } from '../control/notices/notices.ts';
import type { StripeSettings } from '../control/payments/settings.ts';
import type { ProcessorId, ProcessorTerms } from '../control/processors/settings.ts';
import type { Topic } from '../control/settings.ts';
import type { SIGN_UP_MODES } from '../control/sign-in/parts.ts';
import type { ProviderSettings } from '../control/sign-in/providers/settings.ts';
import type { StatisticsSettings } from '../control/statistics/settings.ts';
import type { Times } from '../gateway/settings.ts';
import type { BillingMode } from '../link/words.ts';
import type { Level } from '../log/fields.ts';
import type { Schedule } from '../store/backup/schedule.ts';
import type { Controller } from '../store/map/processing.ts';
import type { DeclaredEngine, DeclaredModel } from './declared.ts';

/** Paths. */
interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Config {
  readonly dataFolder: string;
  readonly keysFolder: string;
  /** Erasure ledger and record, outside the database; never rolled back. */
  readonly ledgerFolder: string;
  /** 64 hex digits or the path of a key file; null: a command prints it, or it is a file in the keys folder, made at the first start. */
  readonly masterKey: string | null;
  /** A program and its arguments that print the master key. */
  readonly masterKeyCommand: readonly string[] | null;
  /** Backups that are made by themselves. */
  readonly backups: Schedule;
  /** Where the default model is fetched to. */
  readonly modelsFolder: string;
  readonly apiHost: string;
  readonly apiPort: number;
  readonly apiUrl: string;
  readonly siteHost: string;
  readonly sitePort: number;
  readonly siteUrl: string;
  /** Null takes any free one. */
  readonly metricsPort: number | null;
  readonly tls: TlsFiles | null;
  readonly gateways: number;
  readonly trustedProxies: readonly string[];
  readonly signUp: {
    readonly mode: (typeof SIGN_UP_MODES)[number];
    readonly domains: readonly string[];
    /** Micro-dollars. */
    readonly credit: number;
  };
  readonly billing: BillingMode;
  readonly priceNoticeDays: number;
  readonly policyNoticeDays: number;
  /** Null: nobody buys credit by themselves; the operator adds it. */
  readonly stripe: StripeSettings | null;
  /** Who else people may sign in by, with their secrets out of the environment. */
  readonly providers: readonly ProviderSettings[];
  readonly mail: MailSettings;
  /** Whence mail to the policy address comes. */
  readonly mailDoor: {
    /** Null: no mail server of our own. */
    readonly listen: { readonly host: string; readonly port: number; readonly tls: TlsFiles | null } | null;
    /** Null: no mailbox is emptied. */
    readonly imapUrl: string | null;
  };
  /** Null: nobody may ask by the Data Rights Protocol. */
  readonly drp: DrpSettings | null;
  readonly disclosures: DisclosureSettings;
  /** Null: no numbers about people are published. */
  readonly statistics: StatisticsSettings | null;
  /** Who the systems of others are, as far as the operator has said. */
  readonly processors: Readonly<Partial<Record<ProcessorId, ProcessorTerms>>>;
  /** Announced, so that they may be used when their day has come. */
  readonly processorsComing: Readonly<Partial<Record<ProcessorId, ProcessorTerms>>>;
  /** Null runs the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Null runs no embedded engine. `path` null is the default model, fetched once. */
  readonly embedded: { readonly path: string | null; readonly embeddingPath: string | null } | null;
  /** Engines besides the embedded one, and the environment's key for each that names one. */
  readonly engines: readonly (DeclaredEngine & { readonly key: string | null })[];
  readonly models: readonly DeclaredModel[];
  /** Who cosigns the record's checkpoints. */
  readonly witnesses: readonly { readonly key: string; readonly url: string }[];
  readonly times: Times;
  readonly recordWaitMs: number;
  readonly unrecordedMax: number;
  readonly allowUnconfined: boolean;
  /** Who answers for the data; null: not said. */
  readonly controller: Controller;
  /** An e-mail address or a page where holes are reported; null: not said. */
  readonly securityContact: string | null;
  /** The page of a line of the source, with `{file}` and `{line}` in it; null: not said. */
  readonly sourceUrl: string | null;
  /** An e-mail address or a page for each of them that is said. */
  readonly contacts: Readonly<Partial<Record<Topic, string>>>;
  /** Null: as the terminal suggests. */
  readonly logLevel: Level | null;
  /** Names of what the operator has set: of the file's keys (`engines[].url`) and of the environment's variables. */
  readonly fields: readonly string[];
}
