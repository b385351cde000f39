/**
 * Requests of people about their data (ACCESS-2, STATE-1 to STATE-9, EU-1): received by a door, acknowledged, proven as
 * far as they need it, decided, carried out by the store's own operations, delivered, appealed, and remembered for as
 * long as a law asks. `states.ts` is their life; the law's tables say who has which right until when.
 */

export { PROOF_BYTES_MAX } from './agent-proof.ts';
export {
  type AnsweredRequest,
  findAnswered,
  isAddressOf,
  requestNamed,
  requestOfMail,
} from './answered.ts';
export { ASKED_RIGHTS, type AskedRight, type RequestKind } from './asks.ts';
export { CHILD_REPORT_DAYS } from './child-report.ts';
export { momentInWords } from './days.ts';
export { mailOfDay, toBeTold } from './deciders.ts';
export { COUNTED, type Counted } from './figures.ts';
export {
  receiveFromAgent,
  type SeenByAgent,
  seenByAgent,
  withdrawForAgent,
} from './for-agents.ts';
export { forRequestDesk, type RequestDesk } from './for-desk.ts';
export { forRequestPages, type RequestPages } from './for-pages.ts';
export type { Climbed } from './ladder.ts';
export type { ShownLadder } from './ladder-pages.ts';
export { requestMetrics } from './metrics.ts';
export { lockPerson } from './move.ts';
export { forOutsider, type OutsiderPages } from './outsider-page.ts';
export type { RequestParts } from './parts.ts';
export { type RequestFigures, requestFigures } from './queue.ts';
export type { ListedRequest, ShownRequest } from './read.ts';
export { receiveByMail } from './receive-by-mail.ts';
export { referencesIn } from './reference.ts';
export { Requests } from './requests.ts';
export { proofInput, requestRoutes } from './routes.ts';
