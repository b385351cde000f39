/** Whom each purpose that rests on consent is asked, and for how long a consent may last. */
import type { ConsentPurpose, SubjectKind } from '../../store/map/words.ts';

export interface ConsentRule {
  /** A person answers for themselves, or for an account that is theirs. */
  readonly subject: SubjectKind;
  /** A consent of this kind ends by itself. */
  readonly ends: { readonly hoursDefault: number; readonly hoursMax: number } | null;
}

const ofAPerson: ConsentRule = { subject: 'person', ends: null };

export const CONSENT_RULES: Readonly<Record<ConsentPurpose, ConsentRule>> = {
  measurement: ofAPerson,
  tie_to_account: ofAPerson,
  recommendations: ofAPerson,
  promotional_mail: ofAPerson,
  engines_that_train: { subject: 'account', ends: null },
  // INFER-4: content is kept for a limited time only; the text that is shown names the limit.
  debug_capture: { subject: 'account', ends: { hoursDefault: 24, hoursMax: 7 * 24 } },
};

export const CONSENT_PURPOSE_NAMES = Object.keys(CONSENT_RULES) as [ConsentPurpose, ...ConsentPurpose[]];
