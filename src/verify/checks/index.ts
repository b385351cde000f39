/** Every check, in the order of the policy. */
import type { Check } from '../check.ts';
import { captures, captureWalk } from './capture.ts';
import { broughtBack } from './clock.ts';
import { childReports, noScores, ownDisclosures, unpaidSteps } from './decisions.ts';
import { dataPage, engineTerms, regions, training } from './engines.ts';
import { canaries, walls as gatewayWalls } from './gateway.ts';
import { europe, states } from './law.ts';
import { assessed, examined, listeners } from './machine.ts';
import { addresses, forms, reminders, serviceMail } from './messages.ts';
import { encrypted, passwords, payments, recipients } from './others.ts';
import { agents, agreements, appeals, consents, devices, requests, requestsByMail, ties } from './people.ts';
import { categories, contact, dates, demands, disclosures } from './policy.ts';
import { changes, publications } from './publishing.ts';
import { recommendations } from './recommendations.ts';
import { cookies, gpc, onePolicy, signUpForm, unsubscribing } from './site.ts';
import { walls as databaseWalls, erased, record, retention, sealed } from './storage.ts';
import { communications, gone, leaving, probeSealed, profile } from './walk.ts';

export const CHECKS: readonly Check[] = [
  onePolicy,
  agreements,
  gatewayWalls,
  canaries,
  engineTerms,
  training,
  captures,
  captureWalk,
  dataPage,
  signUpForm,
  devices,
  cookies,
  ties,
  gpc,
  noScores,
  regions,
  reminders,
  unpaidSteps,
  consents,
  recommendations,
  forms,
  payments,
  recipients,
  demands,
  ownDisclosures,
  unsubscribing,
  serviceMail,
  profile,
  communications,
  leaving,
  requests,
  requestsByMail,
  agents,
  states,
  europe,
  appeals,
  retention,
  erased,
  gone,
  broughtBack,
  examined,
  assessed,
  sealed,
  probeSealed,
  databaseWalls,
  record,
  listeners,
  encrypted,
  passwords,
  childReports,
  categories,
  disclosures,
  dates,
  publications,
  changes,
  addresses,
  contact,
];
