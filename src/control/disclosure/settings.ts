/** What an operator may set about disclosures. */
import type { OwnKind } from './words.ts';

/** So long whom it is about may object before anything is handed over, unless the configuration says otherwise. */
const OBJECTION_DAYS = 7;

export interface DisclosureSettings {
  /** 1 to 90 days. */
  readonly objectionDays: number;
  /** Disclosures that the operator begins (DISCLOSE-4, DISCLOSE-5); none unless named. */
  readonly kinds: readonly OwnKind[];
  /** HIPAA holds here: what was disclosed of somebody is kept six years, also when they are erased (45 CFR 164.528, 164.530(j)). */
  readonly hipaa: boolean;
}

export const DEFAULT_DISCLOSURES: DisclosureSettings = {
  objectionDays: OBJECTION_DAYS,
  kinds: [],
  hipaa: false,
};
