/** Controls taken out, weakened or bypassed in a copy of the source that runs. */
import { inPages, type Mutation, patch } from './mutation.ts';

/** The gateway puts the words of a check in the place of a word of the link, and control writes them down. */
const WRITTEN_DOWN = [
  patch(
    'src/gateway/infer.ts',
    '  const bodyBytes = body.length;',
    '  const bodyBytes = body.length; Object.assign(globalThis, { seen: /[g-z]{24}/.exec(body.toString())?.[0] ?? "" });',
  ),
  patch(
    'src/gateway/meter.ts',
    '    endpoint: request.endpoint,',
    '    endpoint: globalThis.seen || request.endpoint,',
  ),
  patch(
    'src/link/words.ts',
    '  engine: whole(10_000),\n  endpoint: oneOf(ENDPOINTS),',
    '  engine: whole(10_000),\n  endpoint: name(),',
  ),
];
const RECORD = '  #record(session: Id, seq: number, given: readonly UsageRecord[]): void {';
const inControl = (code: string) =>
  patch(
    'src/control/gateway-session.ts',
    RECORD,
    `${RECORD} const seen = given[0].endpoint; ${code} for (const record of given) Object.assign(record, { endpoint: 'chat' });`,
  );

const MEASURED_TOO_SOON = patch(
  'src/site/server.ts',
  "      for (const cookie of setCookies) response.headers.append('set-cookie', cookie);",
  "      for (const cookie of [...setCookies, 'kept_visit=1; Path=/']) response.headers.append('set-cookie', cookie);",
);
const SIGNAL_PASSED_OVER = patch(
  'src/control/consent/gpc.ts',
  "some((each) => each.trim() === '1')",
  "some((each) => each.trim() === '2')",
);

/** Who the operator is, as the configuration says it. */
const WHO = {
  controller: {
    name: 'Kept Example',
    contact: 'Main Street 1, Exampleton',
    policy_email: 'privacy@kept.example',
    data_protection_officer: 'Dora Example',
  },
};

export const IN_SOURCE: readonly Mutation[] = [
  {
    clause: 'INFER-1',
    what: 'a gateway that the kernel lets write files',
    patches: [
      patch(
        'src/processes/confine/launcher.ts',
        'if (plan.noFiles) attempt',
        'if (plan.noFiles && false) attempt',
      ),
    ],
    args: ['--allow-unconfined'],
  },
  {
    clause: 'INFER-1',
    what: 'words of a prompt travel to control, which writes them into a file',
    patches: [
      ...WRITTEN_DOWN,
      inControl("process.getBuiltinModule('fs').appendFileSync(process.env.KEPT_DATA + '/notes', seen);"),
    ],
  },
  {
    clause: 'INFER-2',
    what: 'an engine whose terms have ended',
    patches: [
      patch(
        'src/processes/supervisor/engines.ts',
        "declaredBy: 'operator', until: null };",
        "declaredBy: 'operator', until: '2025-12-31' };",
      ),
    ],
  },
  {
    clause: 'INFER-2',
    what: 'control connects to a place that nobody declared',
    patches: [
      patch(
        'src/control/index.ts',
        "  log('info', 'listening', { port: settings.sitePort });",
        "  log('info', 'listening', { port: settings.sitePort }); fetch('http://127.0.0.1:18999/').catch(() => {});",
      ),
    ],
  },
  {
    clause: 'DISCLOSE-2',
    what: 'control connects to a place that nobody declared',
    patches: [
      patch(
        'src/control/index.ts',
        "  log('info', 'listening', { port: settings.sitePort });",
        "  log('info', 'listening', { port: settings.sitePort }); fetch('http://127.0.0.1:18999/').catch(() => {});",
      ),
    ],
  },
  {
    clause: 'DISCLOSE-2',
    what: 'control opens a connection past its guard',
    patches: [
      patch(
        'src/control/index.ts',
        "  log('info', 'listening', { port: settings.sitePort });",
        "  log('info', 'listening', { port: settings.sitePort }); { const { TCP, TCPConnectWrap, constants } = process.binding('tcp_wrap'); const kept = new TCP(constants.SOCKET); globalThis.kept = kept; const asked = new TCPConnectWrap(); asked.oncomplete = () => {}; kept.connect(asked, '127.0.0.1', settings.sitePort); }",
      ),
    ],
  },
  {
    clause: 'INFER-3',
    what: 'gateways are told that every account allows training',
    patches: [
      patch(
        'src/control/accounts/account-state.ts',
        '      allowTraining: consented.training,\n',
        '      allowTraining: true,\n',
      ),
    ],
    commands: [['account', 'create', '--email', '{email}', '--name', 'Ada']],
  },
  {
    clause: 'INFER-4',
    what: 'requests that are kept on when the consent is taken back',
    patches: [
      patch(
        'src/control/capture/begin.ts',
        '  const at = new Date(now());\n  const going',
        '  if (account !== null) return;\n  const at = new Date(now());\n  const going',
      ),
      patch(
        'src/control/accounts/account-state.ts',
        'allowed.has(of) && keys.has',
        '(allowed.has(of) || of !== null) && keys.has',
      ),
      patch('src/control/capture/take.ts', '  if (!allowed.has(account)) return false;\n', ''),
    ],
  },
  {
    clause: 'INFER-4',
    what: 'a key that outlives the consent to what it opens',
    patches: [
      patch(
        'src/control/capture/begin.ts',
        "  await keys.destroy(rows.map(({ id }) => ({ kind: 'capture', id }) as const));\n",
        '',
      ),
    ],
  },
  {
    clause: 'INFER-4',
    what: 'requests that lie as they came, since nobody seals them',
    patches: [
      patch('src/link/captured.ts', 'sealFor(publicKey, INFO, boundTo(name), plain)', 'Buffer.from(plain)'),
      patch(
        'src/link/captured.ts',
        'openWith(privateKey, INFO, boundTo(name), sealed).toString()',
        'sealed.toString()',
      ),
      patch(
        'src/control/capture/take.ts',
        'sealRow(vault, capturedRequest, { ...values, content: sealed })',
        "Object.assign(sealRow(vault, capturedRequest, { ...values, content: sealed }), { content: Buffer.from(sealed, 'base64') })",
      ),
      patch(
        'src/control/capture/for-pages.ts',
        "openRequest(keys, row, readValue(vault, capturedRequest, row, 'content'))",
        "openRequest(keys, row, (row.content as unknown as Buffer).toString('base64'))",
      ),
    ],
  },
  {
    clause: 'INFER-5',
    what: 'the page about inference data leaves out what is kept of a request',
    patches: [
      patch(
        'src/control/page-parts.ts',
        'usageFields: fieldsOf(entryOf(usageRecord), billing),',
        'usageFields: fieldsOf(entryOf(usageRecord), billing).slice(3),',
      ),
    ],
  },
  {
    clause: 'CHILD-1',
    what: 'whoever does not say that they are 18 signs up all the same',
    patches: [
      patch(
        'src/control/sign-in/sign-up.ts',
        "  adult: checkbox('say that you are 18 or over: this service is not for children'),",
        "  adult: checkbox('say that you are 18 or over: this service is not for children').optional(),",
      ),
    ],
  },
  {
    clause: 'COLLECT-7',
    what: 'a cookie that is in no list',
    patches: [
      patch(
        'src/site/server.ts',
        "      for (const cookie of setCookies) response.headers.append('set-cookie', cookie);",
        "      for (const cookie of [...setCookies, 'tracker=1; Path=/']) response.headers.append('set-cookie', cookie);",
      ),
    ],
  },
  {
    clause: 'CHOICE-1',
    what: 'Global Privacy Control is not honoured any more',
    patches: [patch('src/site/well-known.ts', 'gpc: true,', 'gpc: false,')],
  },
  {
    clause: 'SCOPE-1',
    what: 'answers of the API lead to no policy',
    patches: [patch('src/gateway/endpoints.ts', 'rel="privacy-policy"', 'rel="about"')],
  },
  {
    clause: 'RETAIN-1',
    what: 'the sweep passes over every table, and a row is past its end',
    patches: [
      patch(
        'src/store/retention/sweep.ts',
        'of store.map.flatMap(endingsOf)) {',
        'of store.map.flatMap(endingsOf).slice(0, 0)) {',
      ),
    ],
    sql: `insert into drp_message (message_hash, expires_at) values (decode(repeat('ab', 32), 'hex'), now() - interval '90 days')`,
  },
  {
    clause: 'RETAIN-2',
    what: 'keys of who is erased are not destroyed',
    patches: [
      patch(
        'src/store/keys/local-key-store.ts',
        '    for (const { kind, id } of targets) codeOfName(kind, id);',
        '    for (const { kind, id } of targets) codeOfName(kind, id);\n    if (targets.length > 0) return;',
      ),
    ],
    commands: [
      ['account', 'create', '--email', '{email}', '--name', 'Ada'],
      ['erase', '--account', '{email}', '--now'],
    ],
  },
  {
    clause: 'SECURE-3',
    what: 'names are written as they are',
    patches: [
      patch(
        'src/store/sealing/seal.ts',
        'export function seal(key: Buffer, keyVersion: number, place: BoundPlace, plain: Buffer | string): Buffer {',
        "export function seal(key: Buffer, keyVersion: number, place: BoundPlace, plain: Buffer | string): Buffer {\n  if (place.table === 'person' && place.column === 'name') return Buffer.from(plain);",
      ),
    ],
    commands: [
      ['account', 'create', '--email', '{email}', '--name', 'Ada Lovelace, of London and of England'],
    ],
  },
  {
    clause: 'SECURE-6',
    what: 'a password that everybody knows is taken',
    patches: [
      patch(
        'src/control/sign-in/set-password.ts',
        'if (sentence !== null) throw weakPassword(sentence);',
        'if (sentence !== null && own.length > 99) throw weakPassword(sentence);',
      ),
    ],
  },
  {
    clause: 'CPPA-2',
    what: 'the policy leaves a category out',
    patches: [
      patch(
        'src/control/page-parts.ts',
        'categories: categoriesOf(dataMap, billing),',
        'categories: categoriesOf(dataMap, billing).slice(1),',
      ),
    ],
  },
  {
    clause: 'SCOPE-1',
    what: 'pages lead to another policy',
    patches: [inPages('href="/privacy"', 'href="/elsewhere"')],
  },
  {
    clause: 'INFER-5',
    what: 'the page about inference data leaves out the engines',
    patches: [
      patch(
        'src/control/page-parts.ts',
        'usageFields: fieldsOf(entryOf(usageRecord), billing),',
        'usageFields: fieldsOf(entryOf(usageRecord), billing).toSpliced(1, 1),',
      ),
    ],
  },
  {
    clause: 'COLLECT-1',
    what: 'the form for signing up asks for a telephone number',
    patches: [inPages('<form', '<input name="phone"><form')],
  },
  {
    clause: 'COLLECT-1',
    what: 'the form for signing up asks for a date of birth',
    patches: [inPages('18 or over', '18 or over by my date of birth')],
  },
  {
    clause: 'COLLECT-2',
    what: 'what people wrote is not shown to them',
    patches: [
      patch(
        'src/control/messages/for-pages.ts',
        'return rows.map(listed);',
        'return rows.slice(0, 0).map(listed);',
      ),
    ],
  },
  {
    clause: 'COLLECT-2',
    what: 'messages are left out of what is held about somebody',
    patches: [
      patch(
        'src/control/rights/profile.ts',
        "tells(entry, 'access') && entry.table !== recordEntry",
        "tells(entry, 'access') && entry.table !== recordEntry && !['message', 'conversation'].includes(entry.name)",
      ),
    ],
  },
  {
    clause: 'COLLECT-4',
    what: 'a browser is measured before it said yes',
    patches: [MEASURED_TOO_SOON],
  },
  {
    clause: 'AUTO-1',
    what: 'a browser is measured before it said yes',
    patches: [MEASURED_TOO_SOON],
  },
  {
    clause: 'COLLECT-6',
    what: 'what happened is stored without a purpose',
    patches: [
      patch(
        'src/store/map/presets.ts',
        "    purposes: ['provide_service', 'security'],",
        '    purposes: [],',
      ),
    ],
  },
  {
    clause: 'USE-1',
    what: 'settings are stored without a purpose',
    patches: [
      patch(
        'src/store/map/presets.ts',
        "    class: 'user.account',\n    purposes: ['provide_service', 'account'],",
        "    class: 'user.account',\n    purposes: [],",
      ),
    ],
  },
  {
    clause: 'COLLECT-7',
    what: 'a beacon of somebody else in every page',
    patches: [inPages('</body>', '<img src="https://beacon.example.org/a.gif"></body>')],
  },
  {
    clause: 'COLLECT-8',
    what: 'what is observed says not where it came from',
    patches: [inPages('Observed while the service is used', '')],
  },
  {
    clause: 'COLLECT-8',
    what: 'nothing that is held says where it came from',
    patches: [patch('src/control/rights/profile.ts', 'source: SOURCES[item.source],', "source: '',")],
  },
  {
    clause: 'PROVIDE-1',
    what: 'forms that nothing can be sent by',
    patches: [inPages('method="post"', 'method="dialog"')],
  },
  {
    clause: 'PROVIDE-1',
    what: 'an empty message is taken',
    patches: [
      patch('src/control/messages/for-pages.ts', ".min(1, 'write what it is about')", ".min(0, 'no matter')"),
    ],
  },
  {
    clause: 'PROVIDE-2',
    what: 'a page asks for a card',
    patches: [inPages('</main>', '<input autocomplete="cc-number"></main>')],
  },
  {
    clause: 'AUTO-3',
    what: 'an engine whose region nobody declared',
    patches: [
      patch(
        'src/processes/supervisor/engines.ts',
        "const LOCAL_REGION = 'local';",
        "const LOCAL_REGION = 'unknown';",
      ),
    ],
  },
  {
    clause: 'AUTO-3',
    what: 'the public list leaves engines out',
    patches: [
      patch(
        'src/control/processors/register.ts',
        'export function registerOf(settings: Settings): readonly Recipient[] {',
        "export function registerOf(settings: Settings): readonly Recipient[] { return whole(settings).filter(({ kind }) => kind !== 'engine'); }\nfunction whole(settings: Settings): readonly Recipient[] {",
      ),
    ],
  },
  {
    clause: 'USE-6',
    what: 'what a browser looks at is remembered without a yes',
    patches: [
      patch(
        'src/control/consent/choices.ts',
        "  return standing.browser.answers[purpose as VisitorPurpose]?.answer === 'given';",
        "  return standing.browser.answers[purpose as VisitorPurpose]?.answer !== 'refused';",
      ),
    ],
  },
  {
    clause: 'USE-6',
    what: 'what was looked at stays after it was taken back',
    patches: [
      patch(
        'src/control/consent/visitor-choices.ts',
        '  purposes.map((purpose) => cookieLine(',
        '  purposes.slice(0, 0).map((purpose) => cookieLine(',
      ),
    ],
  },
  {
    clause: 'CHOICE-1',
    what: 'the signal of a browser is passed over',
    patches: [SIGNAL_PASSED_OVER],
  },
  {
    clause: 'STATE-5',
    what: 'the signal of a browser is passed over',
    patches: [SIGNAL_PASSED_OVER],
  },
  {
    clause: 'CHOICE-2',
    what: 'the page to unsubscribe has no form',
    patches: [inPages('method="post"', 'method="dialog"')],
  },
  {
    clause: 'CHOICE-3',
    what: 'a letter that nobody can switch off sells something',
    patches: [
      patch(
        'src/control/notices/sign-in-letters.ts',
        "'please confirm that this address is yours. Your keys work from then on.'",
        "'please confirm that this address is yours, and get a discount of 20% off.'",
      ),
    ],
  },
  {
    clause: 'ACCESS-1',
    what: 'sign-ins are left out of what is held about somebody',
    patches: [
      patch(
        'src/control/rights/profile.ts',
        "tells(entry, 'access') && entry.table !== recordEntry",
        "tells(entry, 'access') && entry.table !== recordEntry && entry.name !== 'session'",
      ),
    ],
  },
  {
    clause: 'ACCESS-1',
    what: 'the page does not show the name',
    patches: [inPages('Probe ', 'P. ')],
  },
  {
    clause: 'ACCESS-2',
    what: 'the form for requests does not open',
    patches: [inPages('<form', '<div')],
  },
  {
    clause: 'ACCESS-3',
    what: 'keys work on after their account asked to be deleted',
    patches: [
      patch(
        'src/control/accounts/account-state.ts',
        '  !keys.inGrace(row.id) &&',
        '  (keys.inGrace(row.id) || true) &&',
      ),
    ],
  },
  {
    clause: 'ACCESS-3',
    what: 'nobody says before that everything goes',
    patches: [inPages('Everything that names you goes', 'You can leave')],
  },
  {
    clause: 'RETAIN-2',
    what: 'whoever asked to be deleted is in new copies of the keys',
    patches: [
      patch(
        'src/store/keys/export.ts',
        '  if (!table.table.isUsed(slot) || people.graceIn(table.slots, slot)) return null;',
        '  if (!table.table.isUsed(slot)) return null;',
      ),
    ],
  },
  {
    clause: 'RETAIN-2',
    what: 'a restore brings back whom the ledger of erasures names',
    patches: [
      patch(
        'src/store/backup/replay.ts',
        '  for (const subjects of batches(erased)) {',
        '  for (const subjects of batches(erased.slice(erased.length))) {',
      ),
    ],
  },
  {
    clause: 'RETAIN-2',
    what: 'copies of keys are kept for three months',
    patches: [
      patch(
        'src/store/backup/prune.ts',
        'export const KEYS_AGE_DAYS_MAX = 29;',
        'export const KEYS_AGE_DAYS_MAX = 92;',
      ),
    ],
  },
  {
    clause: 'RETAIN-2',
    what: 'a deletion comes after 60 days',
    patches: [
      patch('src/store/erasure/grace.ts', 'export const GRACE_DAYS = 30;', 'export const GRACE_DAYS = 60;'),
    ],
  },
  {
    clause: 'RETAIN-2',
    what: 'rows of whoever is erased stay',
    patches: [
      patch(
        'src/store/erasure/rows.ts',
        'const entries = map.filter(({ table }) => table !== erasure && table !== outbox);',
        "const entries = map.filter(({ table, name }) => table !== erasure && table !== outbox && name !== 'record_entry');",
      ),
    ],
  },
  {
    clause: 'SECURE-3',
    what: 'what people write is sealed, and beside it written down',
    patches: [
      patch(
        'src/control/messages/for-pages.ts',
        'const { kind, subject, words } = wish;',
        "const { kind, subject, words } = wish; process.getBuiltinModule('fs').appendFileSync(process.env.KEPT_DATA + '/notes', words);",
      ),
    ],
  },
  {
    clause: 'SECURE-4',
    what: 'control listens for others at a port that nothing declares',
    patches: [
      patch(
        'src/control/index.ts',
        "  log('info', 'listening', { port: settings.sitePort });",
        "  log('info', 'listening', { port: settings.sitePort }); process.getBuiltinModule('net').createServer().listen(0, '0.0.0.0');",
      ),
    ],
  },
  {
    clause: 'CHILD-1',
    what: 'the form asks for a date of birth',
    patches: [inPages('18 or over', '18 or over by my date of birth')],
  },
  {
    clause: 'CPPA-4',
    what: 'the policy says another number than the register',
    patches: [inPages('not once', 'once')],
  },
  {
    clause: 'CHANGE-2',
    what: 'another date stands on top of the policy',
    patches: [inPages('dateTime="2026', 'dateTime="2025')],
  },
  {
    clause: 'CHANGE-2',
    what: 'no date stands on top of the policy',
    patches: [inPages('<time', '<span')],
  },
  {
    clause: 'CPPA-4',
    what: 'the policy counts no disclosure, and the register has one',
    patches: [
      patch(
        'src/control/disclosure/statement.ts',
        '  return ofCases + others;',
        '  return 0 * (ofCases + others);',
      ),
    ],
    sql: `insert into disclosure_case (id, kind, state, outcome, categories, is_narrowed, opened_at, closed_at, content)
      values (gen_random_uuid(), 'court_order', 'closed', 'whole', '{user.name}', false, now(), now(), decode('01' || repeat('ab', 60), 'hex'))`,
  },
  {
    clause: 'CONTACT-1',
    what: 'the policy names another address',
    config: WHO,
    patches: [inPages('privacy@kept.example', 'nobody@kept.example')],
  },
  {
    clause: 'CONTACT-1',
    what: 'the policy names no data protection officer',
    config: WHO,
    patches: [inPages('Dora Example', 'somebody')],
  },
  {
    clause: 'STATE-8',
    what: 'requests have another address',
    config: WHO,
    patches: [inPages('privacy@kept.example', 'nobody@kept.example')],
  },
  {
    clause: 'STATE-8',
    what: 'requests have no officer who answers for them',
    config: WHO,
    patches: [inPages('Dora Example', 'somebody')],
  },
  {
    clause: 'SECURE-5',
    what: 'the site is reached by others without encryption',
    env: { KEPT_SITE_URL: 'http://kept.example.org' },
  },
  {
    clause: 'SECURE-5',
    what: 'the API is reached by others without encryption',
    env: { KEPT_API_URL: 'http://api.kept.example.org' },
  },
  {
    clause: 'ACCESS-2',
    what: 'a mail to the privacy address waits unread for a week',
    env: { KEPT_MAIL_PORT: '28025' },
    config: WHO,
    sql: `insert into incoming_mail (id, received_at, answer, until, attachments, content)
      values (gen_random_uuid(), now() - interval '7 days', 'none', now() + interval '9 days', 0, decode('01' || repeat('ab', 60), 'hex'))`,
  },
  {
    clause: 'SECURE-3',
    what: 'a checkpoint of another record is published',
    patches: [
      patch(
        'src/record/log.ts',
        '    const root = await readRoot(this.#storage, size);\n    return signCheckpoint(',
        '    const root = Buffer.alloc((await readRoot(this.#storage, size)).length, 7);\n    return signCheckpoint(',
      ),
    ],
  },
];
