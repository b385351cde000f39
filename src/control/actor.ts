/** Who acts on an account, as the record names them: a role that auditors see, and the person, sealed with the content. */
import type { Id } from '../link/ids.ts';
import type { ActorRole } from '../record/commitment.ts';

export interface Actor {
  readonly role: ActorRole;
  /** Null: no person of ours, but whoever runs the service. */
  readonly person: Id | null;
}

/** Whoever runs the service, by a command. */
export const OPERATOR: Actor = { role: 'operator', person: null };

/** The part of an entry's content that names the person. */
export const named = ({ person }: Actor): { person?: Id } => (person === null ? {} : { person });
