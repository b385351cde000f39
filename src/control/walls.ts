/** The walls of this product's database follow from its data map and from what each domain says it needs beyond that. */
import { erasureNeeds } from '../store/erasure/needs.ts';
import { recordNeeds } from '../store/ledger/needs.ts';
import { retentionNeeds } from '../store/retention/needs.ts';
import { rightsNeeds } from '../store/rights/needs.ts';
import type { Walls } from '../store/walls/rights.ts';
import { accountNeeds } from './accounts/needs.ts';
import { agreementNeeds } from './agreements/needs.ts';
import { analyticsNeeds } from './analytics/needs.ts';
import { billingNeeds } from './billing/needs.ts';
import { breachNeeds } from './breach/needs.ts';
import { captureNeeds } from './capture/needs.ts';
import { commentNeeds } from './comments/needs.ts';
import { consentNeeds } from './consent/needs.ts';
import { dataMap } from './data-map.ts';
import { dateNeeds } from './dates/needs.ts';
import { deskNeeds } from './desk/needs.ts';
import { disclosureNeeds } from './disclosure/needs.ts';
import { drpNeeds } from './drp/needs.ts';
import { eventNeeds } from './events/needs.ts';
import { exportNeeds } from './exports/needs.ts';
import { importNeeds } from './imports/needs.ts';
import { keyNeeds } from './keys/needs.ts';
import { ladderNeeds } from './ladder/needs.ts';
import { limitNeeds } from './limits/needs.ts';
import { mailDoorNeeds } from './mail-door/needs.ts';
import { memberNeeds } from './members/needs.ts';
import { messageNeeds } from './messages/needs.ts';
import { modelNeeds } from './models/needs.ts';
import { noticeNeeds } from './notices/needs.ts';
import { outsideNeeds } from './outside/needs.ts';
import { outsiderNeeds } from './outsiders/needs.ts';
import { paymentNeeds } from './payments/needs.ts';
import { probeNeeds } from './probes/needs.ts';
import { processorNeeds } from './processors/needs.ts';
import { promotionNeeds } from './promotion/needs.ts';
import { publishingNeeds } from './publishing/needs.ts';
import { requestNeeds } from './requests/needs.ts';
import { signInNeeds } from './sign-in/needs.ts';
import { statisticNeeds } from './statistics/needs.ts';
import { statisticViews } from './statistics/views.ts';
import { surveyNeeds } from './surveys/needs.ts';
import { usageNeeds } from './usage/needs.ts';
import { verificationNeeds } from './verification/needs.ts';

export const walls: Walls = {
  map: dataMap,
  needs: [
    accountNeeds,
    memberNeeds,
    signInNeeds,
    noticeNeeds,
    dateNeeds,
    promotionNeeds,
    publishingNeeds,
    processorNeeds,
    agreementNeeds,
    keyNeeds,
    captureNeeds,
    deskNeeds,
    billingNeeds,
    paymentNeeds,
    usageNeeds,
    limitNeeds,
    ladderNeeds,
    outsiderNeeds,
    modelNeeds,
    consentNeeds,
    analyticsNeeds,
    exportNeeds,
    requestNeeds,
    mailDoorNeeds,
    messageNeeds,
    eventNeeds,
    surveyNeeds,
    commentNeeds,
    importNeeds,
    drpNeeds,
    outsideNeeds,
    disclosureNeeds,
    breachNeeds,
    statisticNeeds,
    probeNeeds,
    verificationNeeds,
    recordNeeds,
    erasureNeeds,
    retentionNeeds,
    rightsNeeds,
  ].flat(),
  views: statisticViews,
};
