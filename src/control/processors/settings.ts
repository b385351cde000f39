/** Who the operator says that processors are. Read by the configuration too, so nothing heavy is imported here. */

/** What is processed by somebody else only where the operator sets it up so. */
export const PROCESSORS = ['database', 'mail', 'mailbox', 'payments'] as const;
export type ProcessorId = (typeof PROCESSORS)[number];

/** In the operator's words; the site shows them. */
export interface ProcessorTerms {
  readonly name: string;
  /** Where it processes. */
  readonly region: string;
  /** How long it keeps what it gets. */
  readonly keeps: string;
  /** What binds it (GDPR Art. 28(3)), such as an agreement and its day. */
  readonly contract: string;
}

/** A processor that is set up. */
export interface ProcessorSettings {
  readonly id: ProcessorId;
  /** On this machine or in a private network: the operator's own. */
  readonly own: boolean;
  /** Null: the operator has not said. */
  readonly terms: ProcessorTerms | null;
}
