/** Controls of what is kept, deleted, sealed, shown and proved, taken out, weakened or bypassed in a copy of the source that runs. */
import { inPages, type Mutation, patch, WHO } from '../mutation.ts';

export const KEEPING: readonly Mutation[] = [
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
    clause: 'CPPA-4',
    what: 'the policy says another number than the register',
    patches: [inPages('not once', 'once')],
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
