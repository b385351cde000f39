/** What a wrong person may get of an address, in the words of the table (`expected.ts`). */
import { WRONG, type Wrong } from './cast.ts';

/** A status, or where it leads. */
type Got = string;
export type Each = Readonly<Record<Wrong, Got>>;
export const SIGN_IN = '/sign-in';
export const LEAVING = '/console/leaving';
export const SEES = '200';
export const NOTHING = '404';
export const NOT_ENOUGH = '403';
/** Let through, and asked for what is missing in an empty form. */
export const ASKED = '400';
/** There is no form. */
export const NO_FORM = '405';

export const everybody = (got: Got): Each => Object.fromEntries(WRONG.map((who) => [who, got])) as Each;
/** Somebody else's account: who does not belong to it learns nothing. */
export const account = (viewer: Got): Each => ({
  ...everybody(NOTHING),
  nobody: SIGN_IN,
  viewer,
  leaving: LEAVING,
});
/** Whoever asks sees what is theirs, and only that. */
export const own = (got: Got): Each => ({ ...everybody(got), nobody: SIGN_IN, leaving: LEAVING });
/** Something that has one person, whom an erasure does not keep from it. */
export const theirs: Each = { ...everybody(NOTHING), nobody: SIGN_IN };
type Staff = Exclude<Wrong, 'nobody' | 'stranger' | 'viewer' | 'leaving'>;
export const desk = (staff: Readonly<Record<Staff, Got>>): Each => ({
  ...theirs,
  leaving: LEAVING,
  ...staff,
});
export const allStaff = desk({ support: SEES, privacy: SEES, finance: SEES, admin: SEES, auditor: SEES });

export const officers = (privacy: Got): Each =>
  desk({ support: NOT_ENOUGH, privacy, finance: NOT_ENOUGH, admin: NOT_ENOUGH, auditor: NOT_ENOUGH });
export const refunds = desk({
  support: NOT_ENOUGH,
  privacy: NOT_ENOUGH,
  finance: NOTHING,
  admin: NOTHING,
  auditor: NOT_ENOUGH,
});
export const breachStaff = (got: Got): Each =>
  desk({ support: NOT_ENOUGH, privacy: got, finance: NOT_ENOUGH, admin: got, auditor: NOT_ENOUGH });
export const adminOnly = (admin: Got): Each =>
  desk({ support: NOT_ENOUGH, privacy: NOT_ENOUGH, finance: NOT_ENOUGH, auditor: NOT_ENOUGH, admin });

export const publishers = (got: Got): Each =>
  desk({ support: NOT_ENOUGH, privacy: got, finance: NOT_ENOUGH, admin: got, auditor: NOT_ENOUGH });

export const seesMessages = desk({
  support: SEES,
  privacy: SEES,
  finance: NOT_ENOUGH,
  admin: SEES,
  auditor: SEES,
});
export const prepares = (got: Got): Each =>
  desk({ support: got, privacy: NOT_ENOUGH, finance: NOT_ENOUGH, admin: got, auditor: NOT_ENOUGH });
export const answersMessages = (got: Got): Each =>
  desk({ support: got, privacy: got, finance: NOT_ENOUGH, admin: got, auditor: NOT_ENOUGH });

export interface Expected {
  readonly get: Each;
  readonly post: Each | typeof NO_FORM;
  /** What is sent, each to the same end; left out: an empty form. */
  readonly forms?: readonly Readonly<Record<string, string>>[];
  /** The form changes what belongs to whoever sends it: it is sent by nobody only. */
  readonly aboutSender?: true;
}

export const page = (viewer: Got): Expected => ({ get: account(viewer), post: NO_FORM });
export const form = (get: Each, post: Each, forms?: Expected['forms']): Expected => ({
  get,
  post,
  ...(forms && { forms }),
});
export const aboutSender = (get: Each): Expected => ({ get, post: everybody(SIGN_IN), aboutSender: true });
