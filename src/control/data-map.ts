/** The data map of this product: every table of control's domains and of the store's own rooms. */
import type { PgTable } from 'drizzle-orm/pg-core';
import { erasure, outbox } from '../store/erasure/schema.ts';
import { ledgerMark, recordEntry } from '../store/ledger/schema.ts';
import { entryOf, type MapEntry } from '../store/map/table.ts';
import { clockMark, legalHold, retained } from '../store/retention/schema.ts';
import { accountCorrection, correction, restriction } from '../store/rights/schema.ts';
import { account, agreement, membership, person } from './accounts/schema.ts';
import { dpaAcceptance } from './agreements/schema.ts';
import { pageView } from './analytics/schema.ts';
import { balanceWarning, ledgerEntry } from './billing/schema.ts';
import { breachNotice, breachRow } from './breach/schema.ts';
import { capture, capturedRequest } from './capture/schema.ts';
import { comment } from './comments/schema.ts';
import { consent } from './consent/schema.ts';
import { announcement, calendarFeed } from './dates/schema.ts';
import { suspension } from './desk/schema.ts';
import {
  disclosure,
  disclosureCase,
  disclosureFile,
  disclosureStep,
  disclosureSubject,
} from './disclosure/schema.ts';
import { drpMessage, drpRequest, drpToken } from './drp/schema.ts';
import { event, registration } from './events/schema.ts';
import { exportJob } from './exports/schema.ts';
import { importedContact, partnerImport } from './imports/schema.ts';
import { apiKey } from './keys/schema.ts';
import { proofLadder, proofTally } from './ladder/schema.ts';
import { gatewaySession } from './limits/schema.ts';
import { incomingMail } from './mail-door/schema.ts';
import { membershipInvitation } from './members/schema.ts';
import { answerTemplate, conversation, message, messageFile } from './messages/schema.ts';
import { model, priceChange } from './models/schema.ts';
import { mail } from './notices/schema.ts';
import { outsideFile, outsideSystem, outsideTask } from './outside/schema.ts';
import { outsider } from './outsiders/schema.ts';
import { savedCard } from './payments/cards/schema.ts';
import { planSubscription } from './payments/plans/schema.ts';
import { recharge } from './payments/recharge/schema.ts';
import { payment, paymentReturn, stripeCustomer, stripeEvent, stripeFarewell } from './payments/schema.ts';
import { unpaidInvoice } from './payments/unpaid/schema.ts';
import { probe } from './probes/schema.ts';
import { recipientNotice } from './processors/schema.ts';
import { campaign, newsletterAsked, newsletterReader, promotionalMail } from './promotion/schema.ts';
import { publication } from './publishing/schema.ts';
import { agentProof, privacyRequest, privacyRequestStep } from './requests/schema.ts';
import { invitation, passkey, session, signInMethod, twoFactor, verification } from './sign-in/schema.ts';
import { statistic, statisticBudget } from './statistics/schema.ts';
import { survey, surveyAnswer } from './surveys/schema.ts';
import { usageDay, usageRecord } from './usage/schema.ts';
import { attestation, explanation, observation } from './verification/schema.ts';

const TABLES: readonly PgTable[] = [
  person,
  account,
  membership,
  membershipInvitation,
  agreement,
  signInMethod,
  session,
  verification,
  passkey,
  twoFactor,
  invitation,
  mail,
  calendarFeed,
  announcement,
  publication,
  dpaAcceptance,
  recipientNotice,
  promotionalMail,
  campaign,
  newsletterAsked,
  newsletterReader,
  apiKey,
  capture,
  capturedRequest,
  ledgerEntry,
  balanceWarning,
  payment,
  paymentReturn,
  stripeCustomer,
  stripeFarewell,
  stripeEvent,
  recharge,
  savedCard,
  planSubscription,
  unpaidInvoice,
  suspension,
  usageRecord,
  usageDay,
  gatewaySession,
  model,
  priceChange,
  consent,
  pageView,
  exportJob,
  privacyRequest,
  privacyRequestStep,
  proofLadder,
  proofTally,
  outsider,
  incomingMail,
  messageFile,
  message,
  conversation,
  answerTemplate,
  registration,
  event,
  surveyAnswer,
  survey,
  comment,
  importedContact,
  partnerImport,
  agentProof,
  drpToken,
  drpMessage,
  drpRequest,
  outsideSystem,
  outsideTask,
  outsideFile,
  disclosureCase,
  disclosureStep,
  disclosureSubject,
  disclosureFile,
  disclosure,
  breachRow,
  breachNotice,
  statistic,
  statisticBudget,
  probe,
  observation,
  attestation,
  explanation,
  recordEntry,
  ledgerMark,
  erasure,
  outbox,
  restriction,
  correction,
  accountCorrection,
  retained,
  legalHold,
  clockMark,
];

export const dataMap: readonly MapEntry[] = TABLES.map(entryOf);
