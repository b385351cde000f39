/** The arrows of ARCHITECTURE.md: imports run down the floors only; `npm run check` holds them. */
const only = (name, from, allowed, why) => ({
  name,
  severity: 'error',
  comment: why,
  from: { path: from },
  to: { path: '^src/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    only(
      'log-is-the-ground',
      '^src/log/',
      ['^src/log/'],
      'The closed list of log fields knows nothing of the house.',
    ),
    only(
      'link-knows-words-only',
      '^src/link/',
      ['^src/(link|log)/'],
      'The link is numbers, ids and enumerations.',
    ),
    only(
      'gateway-cannot-remember',
      '^src/gateway/',
      ['^src/(gateway|link|log)/'],
      'What sees content reaches nothing that remembers.',
    ),
    only(
      'engine-stands-alone',
      '^src/engine/',
      ['^src/engine/'],
      'The engine speaks HTTP; it knows none of us.',
    ),
    {
      name: 'record-is-pure',
      severity: 'error',
      comment:
        'Hashing, notes and proofs over a storage that they are handed: no disk, no network, no database.',
      from: { path: '^src/record/' },
      to: { pathNot: ['^src/record/', '^(node:)?(crypto|buffer)$'] },
    },
    only('store-below-control', '^src/store/', ['^src/(store|record)/'], 'Data goes one way.'),
    only(
      'control-never-sees-content',
      '^src/control/',
      ['^src/(control|store|record|link|log)/'],
      'Control meets the gateway in the link only.',
    ),
    only(
      'verify-looks-at-control',
      '^src/verify/',
      ['^src/(verify|control|store|record|log)/'],
      'Checks look at the running system from the floor above control.',
    ),
    only(
      'site-calls-the-domains',
      '^src/site/',
      ['^src/(site|control|log)/'],
      'Pages hold no SQL: they call what control hands them.',
    ),
    {
      name: 'domain-through-its-index',
      severity: 'error',
      comment: 'One control domain reaches another only through its index.ts (or its schema, which is data).',
      from: { path: '^src/control/([^/]+)/' },
      to: {
        path: '^src/control/[^/]+/',
        pathNot: ['^src/control/$1/', '^src/control/[^/]+/(index|schema)\\.ts$'],
      },
    },
    {
      name: 'probes-are-like-everybody',
      severity: 'error',
      comment:
        'Only verification and the data map know who is a probe, so that nothing behaves well for probes only.',
      from: { pathNot: ['^src/control/probes/', '^src/control/data-map\\.ts$', '^test/'] },
      to: { path: '^src/control/probes/schema\\.ts$' },
    },
    {
      name: 'egress-by-known-doors',
      severity: 'error',
      comment:
        'What connects to others stands in these files only (DISCLOSE-2); the guard holds it when it runs.',
      from: {
        path: '^src/(control|store|site)/',
        pathNot: [
          '^src/control/(processors/guard|notices/transport|drp/post-status|models/discover|mail-door/mailbox)\\.ts$',
          '^src/control/payments/.+\\.ts$',
          // Composes a mail, or is handed a socket by the transport of notices.
          '^src/control/promotion/(postman|line)\\.ts$',
          '^src/control/sign-in/(providers/(github|oidc|narrow-fetch|what-failed)|caller)\\.ts$',
          '^src/control/keys/key-input\\.ts$',
          '^src/control/http\\.ts$',
        ],
      },
      to: {
        path: '^(node:)?(net|tls|https?|http2|dgram)$|node_modules/(nodemailer|imapflow|stripe|openid-client|undici)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle is two rooms that are one.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'gateway-has-no-way-to-write',
      severity: 'error',
      comment: 'No import of the gateway can write a file, start a process or remember (INFER-1).',
      from: { path: '^src/(gateway|link|log)/' },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(child_process|worker_threads|cluster|sqlite|inspector|dgram|http2?|https|v8|repl|ffi|wasi)',
        pathNot: '^$',
      },
    },
    {
      name: 'tests-stay-outside',
      severity: 'error',
      comment: 'Product code never imports tests or benchmarks.',
      from: { path: '^src/' },
      to: { path: '^(test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
