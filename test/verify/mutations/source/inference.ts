/** Controls of what happens to prompts and answers, taken out, weakened or bypassed in a copy of the source that runs. */
import { type Mutation, patch } from '../mutation.ts';

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

export const INFERENCE: readonly Mutation[] = [
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
    clause: 'INFER-4',
    what: 'what was kept opens at the desk for whoever is no staff',
    patches: [
      patch(
        'src/control/capture/for-desk.ts',
        "      await demandStaff(signIn, caller, 'captures');\n      const row = await rowOf(id);",
        '      const row = await rowOf(id);',
      ),
      patch(
        'src/control/capture/for-desk.ts',
        "      const { actor } = await demandStaff(signIn, caller, 'captures', { fresh: true });",
        "      const actor = { role: 'support' as const, person: id };",
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
];
