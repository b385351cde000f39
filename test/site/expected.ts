/** What each wrong person must get of each address that has a parameter or stands below the console or the desk. */
import {
  ASKED,
  aboutSender,
  account,
  adminOnly,
  allStaff,
  answersMessages,
  breachStaff,
  desk,
  type Each,
  type Expected,
  everybody,
  form,
  LEAVING,
  NO_FORM,
  NOT_ENOUGH,
  NOTHING,
  officers,
  own,
  page,
  prepares,
  publishers,
  refunds,
  SEES,
  SIGN_IN,
  seesMessages,
  theirs,
} from './answers.ts';

export const EXPECTED: Readonly<Record<string, Expected>> = {
  'models/*': { get: everybody(NOTHING), post: NO_FORM },
  'privacy/choices/receipts/:answer': { get: { ...theirs, leaving: LEAVING }, post: NO_FORM },
  'privacy/rights/:place': { get: everybody(SEES), post: NO_FORM },
  'privacy/promises/:clause': { get: everybody(SEES), post: NO_FORM },
  // Whoever has its address sees it; it can be withdrawn no more.
  'privacy/requests/:link': form(everybody(SEES), everybody('409')),
  // Of a deletion; theirs is none.
  'privacy/requests/:link/receipts/:which': { get: everybody(NOTHING), post: NO_FORM },
  // Only whoever has shown enough has anything there.
  'privacy/requests/:link/archive': form(everybody(NOTHING), everybody(NOTHING), [{ code: 'aaaa' }]),
  // An invitation that is none: its page says so to everybody.
  'appeals/:invitation': form(everybody(SEES), everybody('410'), [
    { do: 'begin', handover: 'aaaa', duty: '1' },
    { do: 'confirm', code: '123456' },
    { do: 'open', code: '123456' },
    { do: 'decide', decision: 'upheld', words: 'x', code: '123456' },
  ]),
  // Whoever has the link may; an empty form is none of its.
  // Nobody's.
  'calendar/:feed': { get: everybody(NOTHING), post: NO_FORM },
  'unsubscribe/:token': form(everybody(SEES), everybody(ASKED)),
  'events/:event': { ...form(everybody(SEES), everybody(ASKED)), aboutSender: true },
  'events/:event.ics': { get: everybody(SEES), post: NO_FORM },
  // Whoever has its address may; an empty form is none of its.
  // For everybody; whoever comments is signed in.
  'changelog/:change': { ...form(everybody(SEES), everybody('401')), aboutSender: true },
  'comments/*': form(everybody(NOTHING), { ...everybody(NOTHING), nobody: '401', leaving: NOT_ENOUGH }, [
    { words: 'x' },
  ]),
  'events/registrations/:registration': form(everybody(SEES), everybody(ASKED)),
  'privacy/versions/:version': { get: everybody(SEES), post: NO_FORM },
  'privacy/versions/:version/against/:other': { get: everybody(SEES), post: NO_FORM },
  'privacy/versions/:version/receipt': { get: everybody(SEES), post: NO_FORM },
  'terms/versions/:version': { get: everybody(SEES), post: NO_FORM },
  'terms/versions/:version/against/:other': { get: everybody(SEES), post: NO_FORM },
  'terms/versions/:version/receipt': { get: everybody(SEES), post: NO_FORM },
  'dpa/versions/:version': { get: everybody(SEES), post: NO_FORM },
  'dpa/versions/:version/against/:other': { get: everybody(SEES), post: NO_FORM },
  'dpa/versions/:version/receipt': { get: everybody(SEES), post: NO_FORM },
  // For everybody. None is configured here; `test/sign-in` has those that are.
  'sign-in/with/:provider': form(everybody(SEES), everybody(ASKED)),
  'sign-in/with/:provider/back': { get: everybody(SIGN_IN), post: NO_FORM },
  // Whoever has one account is led to it; who has several chooses.
  console: { get: { ...own('/console/their-own'), viewer: SEES }, post: NO_FORM },
  'console/messages': { get: own(SEES), post: NO_FORM },
  // Of somebody else: nobody learns that it is there.
  'console/messages/:conversation': form(own(NOTHING), own(NOTHING), [{ words: 'x' }, { do: 'delete' }]),
  'console/messages/:conversation/files/:attachment': { get: own(NOTHING), post: NO_FORM },
  // Of somebody else: nobody learns that it is there.
  'console/comments/:comment': form(own(NOTHING), own(NOTHING), [{ words: 'x' }, { do: 'delete' }]),
  // An open one: whoever is signed in may answer it.
  'console/surveys/:survey': form(own(SEES), own(ASKED)),
  'console/profile': form(own(SEES), own(ASKED)),
  'console/profile/:table': { get: own(SEES), post: NO_FORM },
  // An empty form is no objection.
  'console/disclosures': form(own(SEES), own(ASKED)),
  'console/profile/delete': aboutSender(own(SEES)),
  'console/dates': aboutSender(own(SEES)),
  'console/security': form(own(SEES), own(ASKED), [{ what: 'password' }, { what: 'address' }]),
  'console/security/second-factor': aboutSender(own(SEES)),
  'console/:account': page(SEES),
  'console/:account/keys': page(SEES),
  'console/:account/keys/new': form(account(NOT_ENOUGH), account(NOT_ENOUGH)),
  'console/:account/keys/:key/revoke': form(account(NOTHING), account(NOT_ENOUGH)),
  'console/:account/members': form(account(SEES), account(NOT_ENOUGH), [
    { again: '0'.repeat(32) },
    { revoke: '0'.repeat(32) },
  ]),
  'console/:account/members/invite': form(account(NOT_ENOUGH), account(NOT_ENOUGH)),
  'console/:account/members/leave': { ...form(account(SEES), account(SEES)), aboutSender: true },
  'console/:account/members/:member': form(account(NOT_ENOUGH), account(NOT_ENOUGH), [{ role: 'owner' }]),
  'console/:account/members/:member/remove': form(account(NOT_ENOUGH), account(NOT_ENOUGH)),
  'console/:account/playground': page(NOT_ENOUGH),
  'console/:account/usage': page(SEES),
  'console/:account/requests': page(SEES),
  'console/:account/credit': page(NOT_ENOUGH),
  // Nobody buys credit here: there are no keys of Stripe's.
  'console/:account/credit/buy': form(account(NOT_ENOUGH), account(NOT_ENOUGH)),
  'console/:account/credit/warnings': form(account(NOT_ENOUGH), account(NOT_ENOUGH), [
    { do: 'add', level: '5' },
    { do: 'remove', level: '5' },
  ]),
  'console/:account/credit/portal': form(account(NOT_ENOUGH), account(NOT_ENOUGH)),
  'console/:account/credit/plan': form(account(NOT_ENOUGH), account(NOT_ENOUGH), [
    { do: 'begin' },
    { do: 'end' },
    { do: 'keep' },
  ]),
  'console/:account/credit/recharge': form(account(NOT_ENOUGH), account(NOT_ENOUGH), [
    { do: 'choose' },
    { do: 'drop' },
  ]),
  'console/:account/credit/payments/:payment': page(NOT_ENOUGH),
  'console/:account/terms': form(account(SEES), account(NOT_ENOUGH), [
    { region: '' },
    { training: 'given', training_version: '1' },
  ]),
  'console/:account/agreement': form(account(SEES), account(NOT_ENOUGH), [{ version: '1', accepted: 'yes' }]),
  // Nobody accepted it.
  'console/:account/agreement/:version.md': page(NOTHING),
  'console/:account/agreement/:version.html': page(NOTHING),
  'console/:account/capture': form(account(NOT_ENOUGH), account(NOT_ENOUGH), [
    { what: 'begin', hours: '24', version: '1' },
    { what: 'stop' },
    { what: 'end' },
  ]),
  'console/:account/capture/:request': page(NOT_ENOUGH),
  'console/:account/capture.jsonl': page(NOT_ENOUGH),
  'console/:account/usage.csv': page(SEES),
  'console/:account/credit.csv': page(NOT_ENOUGH),
  'console/:account/credit/payments/:payment/receipt': page(NOT_ENOUGH),
  'console/confirm': aboutSender({ ...everybody('/console'), nobody: SIGN_IN }),
  'console/export': aboutSender({ ...everybody(SEES), nobody: SIGN_IN }),
  'console/export/:export/archive': { get: theirs, post: NO_FORM },
  'console/handed-in/:task': { get: theirs, post: NO_FORM },
  'console/receipts/:entry': { get: theirs, post: NO_FORM },
  'console/leaving': aboutSender({ ...everybody('/console'), nobody: SIGN_IN, leaving: SEES }),
  desk: form(
    allStaff,
    desk({ support: ASKED, privacy: ASKED, finance: ASKED, admin: ASKED, auditor: ASKED }),
  ),
  'desk/mails': { get: allStaff, post: NO_FORM },
  'desk/mails/:mail': { get: allStaff, post: NO_FORM },
  'desk/mails/:mail.html': { get: allStaff, post: NO_FORM },
  'desk/campaigns': { get: adminOnly(SEES), post: NO_FORM },
  'desk/campaigns/new': form(adminOnly(SEES), adminOnly(ASKED)),
  'desk/campaigns/:campaign': form(adminOnly(SEES), adminOnly(ASKED)),
  'desk/campaigns/:campaign.html': { get: adminOnly(SEES), post: NO_FORM },
  'desk/events': { get: prepares(SEES), post: NO_FORM },
  'desk/events/new': form(prepares(SEES), prepares(ASKED)),
  'desk/events/:event': form(prepares(SEES), prepares(ASKED), [{}, { do: 'people' }]),
  'desk/imports': { get: adminOnly(SEES), post: NO_FORM },
  'desk/imports/new': form(adminOnly(SEES), adminOnly(ASKED)),
  'desk/imports/:import': form(adminOnly(SEES), adminOnly(ASKED)),
  'desk/comments': { get: prepares(SEES), post: NO_FORM },
  'desk/comments/:comment': form(prepares(SEES), prepares(ASKED)),
  'desk/surveys': { get: prepares(SEES), post: NO_FORM },
  'desk/surveys/new': form(prepares(SEES), prepares(ASKED)),
  // It is open: nothing of it can be changed any more.
  'desk/surveys/:survey': form(prepares(SEES), prepares(ASKED)),
  'desk/messages': { get: seesMessages, post: NO_FORM },
  'desk/messages/templates': { get: answersMessages(SEES), post: NO_FORM },
  'desk/messages/templates/new': form(answersMessages(SEES), answersMessages(ASKED)),
  'desk/messages/templates/:template': form(answersMessages(SEES), answersMessages(ASKED)),
  'desk/messages/:conversation': form(seesMessages, answersMessages(ASKED), [
    { do: 'open' },
    { do: 'answer' },
    { do: 'sort' },
    { do: 'hand_on' },
  ]),
  'desk/messages/:conversation/files/:attachment': form(everybody(NOTHING), answersMessages(ASKED)),
  // There is no such version.
  'desk/policy': form(allStaff, publishers(NOTHING), [{ document: 'terms', version: '99' }]),
  'desk/policy/:document': form(publishers(SEES), publishers(ASKED), [{}, { do: 'publish' }]),
  'desk/record': { get: allStaff, post: NO_FORM },
  'desk/requests': {
    get: desk({ support: SEES, privacy: SEES, finance: NOT_ENOUGH, admin: SEES, auditor: SEES }),
    post: NO_FORM,
  },
  'desk/requests/figures': {
    get: desk({ support: SEES, privacy: SEES, finance: NOT_ENOUGH, admin: SEES, auditor: SEES }),
    post: NO_FORM,
  },
  'desk/requests/new': form(
    desk({ support: SEES, privacy: SEES, finance: NOT_ENOUGH, admin: SEES, auditor: NOT_ENOUGH }),
    desk({ support: ASKED, privacy: ASKED, finance: NOT_ENOUGH, admin: ASKED, auditor: NOT_ENOUGH }),
  ),
  'desk/requests/:request': form(
    desk({ support: SEES, privacy: SEES, finance: NOT_ENOUGH, admin: SEES, auditor: SEES }),
    desk({
      support: NOT_ENOUGH,
      privacy: ASKED,
      finance: NOT_ENOUGH,
      admin: NOT_ENOUGH,
      auditor: NOT_ENOUGH,
    }),
    [{}, { do: 'extend' }, { do: 'prove' }],
  ),
  'desk/requests/mail': {
    get: desk({ support: SEES, privacy: SEES, finance: NOT_ENOUGH, admin: SEES, auditor: SEES }),
    post: NO_FORM,
  },
  'desk/requests/mail/:letter': form(
    desk({
      support: NOT_ENOUGH,
      privacy: SEES,
      finance: NOT_ENOUGH,
      admin: NOT_ENOUGH,
      auditor: NOT_ENOUGH,
    }),
    desk({
      support: NOT_ENOUGH,
      privacy: ASKED,
      finance: NOT_ENOUGH,
      admin: NOT_ENOUGH,
      auditor: NOT_ENOUGH,
    }),
    [{}, { do: 'read' }],
  ),
  // Theirs has none.
  'desk/requests/:request/proof': form(
    everybody(NOTHING),
    desk({
      support: NOT_ENOUGH,
      privacy: NOTHING,
      finance: NOT_ENOUGH,
      admin: NOT_ENOUGH,
      auditor: NOT_ENOUGH,
    }),
  ),
  'desk/tasks': {
    get: desk({ support: SEES, privacy: SEES, finance: SEES, admin: SEES, auditor: NOT_ENOUGH }),
    post: NO_FORM,
  },
  // Of a system that nobody looks after: whoever decides does it, and who sees requests sees how it stands.
  'desk/tasks/:task': form(
    desk({ support: SEES, privacy: SEES, finance: NOT_ENOUGH, admin: SEES, auditor: NOT_ENOUGH }),
    desk({
      support: NOT_ENOUGH,
      privacy: ASKED,
      finance: NOT_ENOUGH,
      admin: NOT_ENOUGH,
      auditor: NOT_ENOUGH,
    }),
  ),
  'desk/disclosures': { get: officers(SEES), post: NO_FORM },
  'desk/disclosures/new': form(officers(SEES), officers(ASKED)),
  // One that names the privacy officer’s own data: they learn of it as anybody does.
  'desk/disclosures/:case': form(officers(NOTHING), officers(NOTHING), [
    {},
    { do: 'approve' },
    { do: 'build' },
    { do: 'refuse', reason: 'x' },
    { do: 'gag_extend' },
    { do: 'objections' },
  ]),
  'desk/disclosures/:case/files/:file': form(everybody(NOTHING), officers(NOTHING)),
  'desk/breaches': { get: breachStaff(SEES), post: NO_FORM },
  'desk/breaches/new': form(breachStaff(SEES), breachStaff(ASKED)),
  // Without its key it says nothing, to whoever asks.
  'desk/breaches/:breach': form(breachStaff(NOTHING), breachStaff(NOTHING), [
    { do: 'agree', of: '0'.repeat(32) },
    { do: 'draft', notice: 'people', words: 'x' },
    { do: 'propose', what: 'close', words: 'x' },
    { do: 'decline', of: '0'.repeat(32), words: 'x' },
  ]),
  'desk/breaches/:breach/export': form(everybody(NOTHING), breachStaff(NOTHING)),
  'desk/captures': { get: answersMessages(SEES), post: NO_FORM },
  // There is none, or its time is over.
  'desk/captures/:capture': { get: answersMessages(NOTHING), post: NO_FORM },
  'desk/captures/requests/:request': form(answersMessages(NOTHING), answersMessages(NOTHING), [
    { reason: 'x' },
  ]),
  'desk/systems': {
    get: desk({ support: SEES, privacy: SEES, finance: NOT_ENOUGH, admin: SEES, auditor: SEES }),
    post: NO_FORM,
  },
  'desk/systems/new': form(
    desk({
      support: NOT_ENOUGH,
      privacy: SEES,
      finance: NOT_ENOUGH,
      admin: SEES,
      auditor: NOT_ENOUGH,
    }),
    desk({
      support: NOT_ENOUGH,
      privacy: ASKED,
      finance: NOT_ENOUGH,
      admin: ASKED,
      auditor: NOT_ENOUGH,
    }),
  ),
  'desk/systems/:system': form(
    desk({ support: SEES, privacy: SEES, finance: NOT_ENOUGH, admin: SEES, auditor: SEES }),
    desk({
      support: NOT_ENOUGH,
      privacy: ASKED,
      finance: NOT_ENOUGH,
      admin: ASKED,
      auditor: NOT_ENOUGH,
    }),
    [{}, { do: 'change' }],
  ),
  'desk/:account': { get: allStaff, post: NO_FORM },
  // Nobody pays by Stripe here.
  'desk/:account/refund': form(refunds, refunds, [{}, { do: 'refund' }]),
  'desk/:account/person': form(
    desk({ support: SEES, privacy: SEES, finance: NOT_ENOUGH, admin: SEES, auditor: NOT_ENOUGH }),
    desk({ support: ASKED, privacy: ASKED, finance: NOT_ENOUGH, admin: ASKED, auditor: NOT_ENOUGH }),
  ),
};

/** Forms of the desk that one page has several of, and who may send them. */
export const DESK_FORMS: readonly (readonly [string, Readonly<Record<string, string>>, Each])[] = [
  [
    'desk/requests/mail/:letter',
    { do: 'open' },
    desk({
      support: NOT_ENOUGH,
      privacy: SEES,
      finance: NOT_ENOUGH,
      admin: NOT_ENOUGH,
      auditor: NOT_ENOUGH,
    }),
  ],
  [
    'desk/requests/:request',
    { do: 'invite' },
    desk({ support: NOT_ENOUGH, privacy: ASKED, finance: NOT_ENOUGH, admin: ASKED, auditor: NOT_ENOUGH }),
  ],
  [
    'desk/requests/:request',
    // Nobody is invited.
    { do: 'take_back' },
    desk({ support: NOT_ENOUGH, privacy: '409', finance: NOT_ENOUGH, admin: '409', auditor: NOT_ENOUGH }),
  ],
  [
    'desk/requests/:request',
    { do: 'appeal' },
    desk({ support: ASKED, privacy: ASKED, finance: NOT_ENOUGH, admin: ASKED, auditor: NOT_ENOUGH }),
  ],
  [
    'desk/requests/:request',
    // Not a report.
    { do: 'judge' },
    desk({
      support: NOT_ENOUGH,
      privacy: NOTHING,
      finance: NOT_ENOUGH,
      admin: NOT_ENOUGH,
      auditor: NOT_ENOUGH,
    }),
  ],
  ...(['suspend', 'resume'] as const).map(
    (what) =>
      [
        'desk/:account',
        { do: what, ground: 'nonsense' },
        desk({ support: ASKED, privacy: ASKED, finance: NOT_ENOUGH, admin: ASKED, auditor: NOT_ENOUGH }),
      ] as const,
  ),
  [
    'desk/:account',
    { do: 'credit', amount: 'nonsense', credit_reason: 'x' },
    desk({ support: NOT_ENOUGH, privacy: NOT_ENOUGH, finance: ASKED, admin: ASKED, auditor: NOT_ENOUGH }),
  ],
  [
    'desk',
    { account: 'owner@example.org' },
    desk({
      support: '/desk/theirs',
      privacy: '/desk/theirs',
      finance: '/desk/theirs',
      admin: '/desk/theirs',
      auditor: NOT_ENOUGH,
    }),
  ],
  [
    'desk',
    { account: 'acct_' },
    desk({ support: ASKED, privacy: ASKED, finance: ASKED, admin: ASKED, auditor: NOT_ENOUGH }),
  ],
];
