/**
 * Leaks, each of another kind, as small changes to copies of the source. What the gateway cannot do for its walls is
 * done with those walls taken down, or elsewhere. `where` says which part of the search must have found it.
 */
import type { Patch } from '../support/source-copy.ts';

export interface Plant {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** The place of a find, as the search names it. */
  readonly where: RegExp;
  /** Kill the gateway with this signal while it holds a canary. */
  readonly kill?: NodeJS.Signals;
  /** Only the lying engine's memory shows it. */
  readonly atEngine?: true;
}

/** The gateway's own code gets at what it was just sent: the canary, and the client's idempotency key. */
const SEE =
  'Object.assign(globalThis, { seen: /canary ([A-Za-z0-9]{24})/.exec(body.toString())?.[1] ?? "", told: asked.idempotencyKey });';

const inGateway = (code: string): Patch => ({
  file: 'src/gateway/infer.ts',
  find: '  const bodyBytes = body.length;',
  replace: `  const bodyBytes = body.length; ${SEE} ${code}`,
});

/** Control's code runs with `seen`, which the gateway put in the place of a word; then the word is put right again. */
const inControl = (code: string): readonly Patch[] => [
  ...OPEN_LINK,
  {
    file: 'src/control/gateway-session.ts',
    find: '  #record(session: Id, seq: number, given: readonly UsageRecord[]): void {',
    replace: `  #record(session: Id, seq: number, given: readonly UsageRecord[]): void { const seen = given[0].endpoint, folder = process.env.KEPT_DATA, load = process.getBuiltinModule; ${code} for (const record of given) Object.assign(record, { endpoint: 'chat' });`,
  },
];

/** One field of the link takes text. */
const OPEN_LINK: readonly Patch[] = [
  inGateway(''),
  {
    file: 'src/gateway/meter.ts',
    find: '    endpoint: request.endpoint,',
    replace: '    endpoint: globalThis.seen || request.endpoint,',
  },
  {
    file: 'src/link/words.ts',
    find: '  endpoint: oneOf(ENDPOINTS),\n  startedAt',
    replace: '  endpoint: name(),\n  startedAt',
  },
];

const LOG_TAKES_ANYTHING: Patch = {
  file: 'src/log/fields.ts',
  find: '  code: oneOf(CODES),',
  replace: '  code: (v) => typeof v === "string",',
};

/** The supervisor hands on what is no record. */
const NO_CHECK_OF_LINES: Patch = {
  file: 'src/processes/supervisor/lines.ts',
  find: '        if (line === null) withheld += 1;',
  replace: '        if (line === null) process.stderr.write(text + "\\n");',
};

const NO_WALLS: readonly Patch[] = [
  {
    file: 'src/processes/supervisor/roles.ts',
    find: "    '--allow-net',\n    ...gatewayReads",
    replace: "    '--allow-net',\n    '--allow-fs-write=*',\n    ...gatewayReads",
  },
  {
    file: 'src/processes/confine/launcher.ts',
    find: 'if (plan.noFiles) attempt',
    replace: 'if (false) attempt',
  },
  {
    file: 'src/processes/confine/launcher.ts',
    find: 'if (landlock !== null) attempt',
    replace: 'if (false) attempt',
  },
];

export const PLANTS: readonly Plant[] = [
  {
    name: 'a field of the log that takes anything',
    patches: [LOG_TAKES_ANYTHING, inGateway("services.log('warn', 'fault', { code: globalThis.seen });")],
    where: /^stderr|^stdout/,
  },
  {
    name: 'hex in a field of the log that takes whatever looks like a word of ours',
    patches: [
      { ...LOG_TAKES_ANYTHING, replace: '  code: (v) => /^[a-z][a-z0-9_]{0,47}$/.test(String(v)),' },
      inGateway(
        "services.log('warn', 'fault', { code: 'h' + Buffer.from(globalThis.seen).toString('hex').slice(0, 46) });",
      ),
    ],
    where: /^stderr|^stdout/,
  },
  {
    name: 'the gateway prints, and the supervisor passes everything on',
    patches: [NO_CHECK_OF_LINES, inGateway('console.log(body.toString());')],
    where: /^stderr|^stdout/,
  },
  {
    name: 'bytes printed as the runtime shows buffers',
    patches: [NO_CHECK_OF_LINES, inGateway('console.error(Buffer.from(globalThis.seen));')],
    where: /^stderr|^stdout/,
  },
  {
    name: 'the message of an error in the log',
    patches: [
      {
        file: 'src/log/fields.ts',
        find: '  class: oneOf(ERROR_CLASSES),',
        replace: '  class: (v) => typeof v === "string",',
      },
      {
        file: 'src/log/log.ts',
        find: "  const known = ERROR_CLASSES.includes(name as ErrorClass) ? name : 'Error';",
        replace: '  const known = error.message;',
      },
      inGateway(
        "services.log('warn', 'fault', faultOf(new SyntaxError('Unexpected token ' + globalThis.seen)));",
      ),
      {
        file: 'src/gateway/infer.ts',
        find: "import { forget } from './forget.ts';",
        replace:
          "import { forget } from './forget.ts';\nimport { faultFields as faultOf } from '../log/log.ts';",
      },
    ],
    where: /^stderr|^stdout/,
  },
  {
    name: 'the label of a metric',
    patches: [inGateway("services.metrics.add('kept_errors_total', { code: globalThis.seen });")],
    where: /^metrics/,
  },
  {
    name: 'base64 in the label of a metric',
    patches: [
      inGateway("services.metrics.add('kept_errors_total', { code: btoa('ab' + globalThis.seen) });"),
    ],
    where: /^metrics/,
  },
  {
    name: 'the name of the process',
    patches: [inGateway('process.title = globalThis.seen;')],
    where: /^\/proc\/\d+\/(cmdline|environ|comm)/,
  },
  {
    name: 'a header to the engine',
    patches: [
      inGateway(''),
      {
        file: 'src/gateway/engines.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it stands so in the source
        find: 'content-length: ${length}\\r\\n\\r\\n${body}',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: and so it shall stand there
        replace: 'x-told: ${globalThis.told}\\r\\ncontent-length: ${length}\\r\\n\\r\\n${body}',
      },
    ],
    where: /^what the engine heard/,
    atEngine: true,
  },
  { name: 'a word of the link that takes text, in the database', patches: OPEN_LINK, where: /\/postgres\// },
  {
    name: 'a file of control',
    patches: inControl("load('node:fs').appendFileSync(folder + '/last-seen', seen.split('').join('\\n'));"),
    where: /\/last-seen/,
  },
  {
    name: 'the name of a file of control',
    patches: inControl("load('node:fs').writeFileSync(folder + '/' + seen, '');"),
    where: /^name of /,
  },
  {
    name: 'a packed file of control',
    patches: inControl(
      "load('node:fs').writeFileSync(folder + '/archive', load('node:zlib').gzipSync('xyz'.repeat(99) + seen));",
    ),
    where: /gzip in .*\/archive/,
  },
  {
    name: 'a database of control besides PostgreSQL',
    patches: inControl(
      "const other = new (load('node:sqlite').DatabaseSync)(folder + '/other.db'); other.exec('PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS t (a)'); other.prepare('INSERT INTO t VALUES (?)').run(seen);",
    ),
    where: /\/other\.db/,
  },
  {
    name: 'a temporary file of control that is deleted at once',
    patches: inControl(
      "const fs = load('node:fs'), file = folder + '/gone'; globalThis.open = fs.openSync(file, 'w'); fs.writeSync(globalThis.open, seen); fs.unlinkSync(file);",
    ),
    where: /\/proc\/\d+\/fd\//,
  },
  {
    name: 'the environment of a child of control',
    patches: inControl("load('node:child_process').spawn('/bin/sleep', ['60'], { env: { LAST: seen } });"),
    where: /^\/proc\/\d+\/environ/,
  },
  {
    name: "PostgreSQL's own log",
    patches: [
      ...OPEN_LINK,
      {
        file: 'src/processes/postgres/server.ts',
        find: "  logging_collector: 'off',",
        replace:
          "  logging_collector: 'on', log_statement: 'all', log_min_messages: 'log', log_error_verbosity: 'default',",
      },
    ],
    where: /\/postgres\/log\//,
  },
  {
    name: 'a list of visitors of the site',
    patches: [
      {
        file: 'src/control/site.ts',
        find: '  app.use(async (c, next) => {',
        replace:
          "  app.use(async (c, next) => {\n    process.getBuiltinModule('node:fs').appendFileSync(process.env.KEPT_DATA + '/visitors', c.req.url);",
      },
    ],
    where: /\/visitors/,
  },
  {
    name: 'a temporary file of a gateway without walls',
    patches: [
      ...NO_WALLS,
      inGateway(
        "process.getBuiltinModule('node:fs').writeFileSync('/tmp/kept-plant-' + process.pid, globalThis.seen);",
      ),
    ],
    where: /\/kept-plant-/,
  },
  {
    name: 'the core of a gateway without walls',
    patches: [
      ...NO_WALLS,
      {
        file: 'src/processes/confine/launcher.ts',
        find: 'const CORE_BYTES_MAX = 1;',
        replace: 'const CORE_BYTES_MAX = 2 ** 40;',
      },
      {
        file: 'src/processes/confine/launcher.ts',
        find: "'/proc/self/coredump_filter', '0'",
        replace: "'/proc/self/coredump_filter', '0x33'",
      },
    ],
    where: /\/core[^/]*$/,
    kill: 'SIGSEGV',
  },
];
