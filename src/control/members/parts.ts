/** What changing an account's members works with; made once, where the pages are. */
import type { Id } from '../../link/ids.ts';
import type { Store } from '../../store/store.ts';
import type { Actor } from '../actor.ts';
import type { Notices } from '../notices/index.ts';
import type { Services } from '../services.ts';

export interface MemberParts {
  readonly services: Services;
  readonly store: Store;
  readonly notices: Notices;
  readonly siteUrl: string;
  /** Of invitations to one address, whoever sends them. */
  readonly limits: {
    waitMs(rule: 'invitation', of: string): number;
    count(rule: 'invitation', of: string): void;
  };
}

/** Who acts, and in which account. That they may is looked at before, and again in the act itself. */
export interface Acting {
  readonly account: Id;
  readonly actor: Actor & { readonly person: Id };
}
