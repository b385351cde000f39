/** Ways to break a promise: a control taken out, weakened or bypassed in a copy of the source, or in the running database. */
import type { Patch } from '../support/source-copy.ts';

export interface Mutation {
  readonly clause: string;
  readonly what: string;
  readonly patches?: readonly Patch[];
  /** Done to the running instance's database. */
  readonly sql?: string;
  /** Done by commands, in their order; `{email}` is an account's. */
  readonly commands?: readonly (readonly string[])[];
  readonly args?: readonly string[];
}

const patch = (file: string, find: string, replace: string): Patch => ({ file, find, replace });

/** The gateway puts the words of a check in the place of a word of the link, and control writes them down. */
const WRITTEN_DOWN: readonly Patch[] = [
  patch(
    'src/gateway/infer.ts',
    '  const bodyBytes = body.length;',
    '  const bodyBytes = body.length; Object.assign(globalThis, { seen: /canary[0-9a-f]{24}/.exec(body.toString())?.[0] ?? "" });',
  ),
  patch(
    'src/gateway/meter.ts',
    '    endpoint: request.endpoint,',
    '    endpoint: globalThis.seen || request.endpoint,',
  ),
  patch('src/link/words.ts', '  endpoint: oneOf(ENDPOINTS),', '  endpoint: name(),'),
];
const RECORD = '  #record(session: Id, seq: number, given: readonly UsageRecord[]): void {';
const inControl = (code: string): Patch =>
  patch(
    'src/control/gateway-session.ts',
    RECORD,
    `${RECORD} const seen = given[0].endpoint; ${code} for (const record of given) Object.assign(record, { endpoint: 'chat' });`,
  );

export const MUTATIONS: readonly Mutation[] = [
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
        '      allowTraining,\n',
        '      allowTraining: true,\n',
      ),
    ],
    commands: [['account', 'create', '--email', '{email}', '--name', 'Ada']],
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
    clause: 'SECURE-3',
    what: 'a role that may read what it should not',
    sql: 'grant select on person to kept_statistics',
  },
  {
    clause: 'DISCLOSE-1',
    what: 'statistics may read people, and not only views of them',
    sql: 'grant select on person to kept_statistics',
  },
  {
    clause: 'STATE-2',
    what: 'a right that Texas gives is taken out of the law’s table',
    patches: [
      patch(
        'policy/law/us-tx.json',
        '"citation": "Tex. Bus. & Com. Code 541.051(b)(3)", "from": "2024-07-01"',
        '"citation": "Tex. Bus. & Com. Code 541.051(b)(3)", "from": "2034-07-01"',
      ),
    ],
  },
  {
    clause: 'EU-1',
    what: 'three months for an answer instead of one',
    patches: [
      patch(
        'policy/law/eu.json',
        '{"what": "respond", "count": 1, "unit": "months"',
        '{"what": "respond", "count": 3, "unit": "months"',
      ),
    ],
  },
  {
    clause: 'STATE-9',
    what: 'an appeal may be decided by who decided first',
    sql: 'alter table privacy_request drop constraint privacy_request_other_eyes',
  },
  {
    clause: 'PROVIDE-2',
    what: 'a column for the number of a card',
    sql: 'alter table payment add column card_number text',
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
    clause: 'CPPA-2',
    what: 'the database has a column that no map knows',
    sql: 'alter table person add column religion text',
  },
];
