/** SECURE-4: what is shipped to be deployed is closed, and a copy that opens any of it is noticed. */
import { describe, expect, test } from 'vitest';
import { type Files, mistakesIn, readFiles } from './compose.ts';

const files = readFiles();

test('everything that is deployed is closed', () => {
  expect(mistakesIn(files)).toEqual([]);
});

type Change = readonly [file: keyof Files, find: string | RegExp, replace: string, told: RegExp];

/** Each opens one thing. */
const CHANGES: Readonly<Record<string, Change>> = {
  'Kept as root': ['compose.yaml', "user: '10001:10001'", "user: '0:0'", /kept may be root/],
  'PostgreSQL as nobody in particular': ['compose.yaml', "    user: '999:999'\n", '', /postgres may be root/],
  'a file system that can be written': ['compose.yaml', 'read_only: true', 'read_only: false', /can write/],
  'a capability more': [
    'compose.yaml',
    'cap_drop: [ALL]',
    'cap_drop: [ALL]\n    cap_add: [NET_ADMIN]',
    /capabilities/,
  ],
  'capabilities kept': ['compose.yaml', 'cap_drop: [ALL]', 'cap_drop: [CHOWN]', /capabilities/],
  'rights that can be gained': [
    'compose.yaml',
    "    security_opt: ['no-new-privileges:true']\n",
    '',
    /gain rights/,
  ],
  'a privileged container': ['compose.yaml', 'init: true', 'privileged: true', /privileged/],
  'the network of the machine': ['compose.yaml', 'init: true', 'network_mode: host', /network of others/],
  'programs in memory': ['compose.yaml', '/tmp:rw,noexec,', '/tmp:rw,', /without its limits/],
  'a folder of the machine': ['compose.yaml', "'kept-data:/data'", "'/srv:/data'", /folder of the machine/],
  'the database published': [
    'compose.yaml',
    'networks: [data]',
    "networks: [data]\n    ports: ['5432:5432']",
    /published/,
  ],
  'the API past the proxy': ['compose.yaml', 'init: true', "ports: ['8081:8081']", /published/],
  'the database with a way out': [
    'compose.yaml',
    'networks: [data]',
    'networks: [data, out]',
    /postgres is in other/,
  ],
  'an inner network with a way out': [
    'compose.yaml',
    'data: { internal: true }',
    'data: {}',
    /data leads elsewhere/,
  ],
  'a password in plain sight': [
    'compose.yaml',
    'POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password',
    'POSTGRES_PASSWORD: secret',
    /plain sight/,
  ],
  'a secret out of the environment': [
    'compose.yaml',
    'master_key: { file: secrets/master_key }',
    'master_key: { environment: MASTER_KEY }',
    /is no file/,
  ],
  'the site by http': [
    'compose.yaml',
    /KEPT_SITE_URL: https:\/\//,
    'KEPT_SITE_URL: http://',
    /KEPT_SITE_URL is not https/,
  ],
  'whoever says an address': ['compose.yaml', '172.31.250.2/32', '0.0.0.0/0', /somebody else than Caddy/],
  'an image that runs as root': ['Dockerfile', /^USER 10001:10001\n/m, '', /image kept runs as root/],
  'a proxy that runs as root': ['Dockerfile', 'USER 10002:10002', 'USER root', /image proxy runs as root/],
  'a tree that Kept may change': ['Dockerfile', '--chown=0:0', '--chown=10001:10001', /not root’s/],
  'folders open to everybody': ['Dockerfile', 'chmod 0700', 'chmod 0777', /open to everybody/],
  'any version': ['Dockerfile', 'debian:bookworm-slim', 'debian', /names no version/],
  'a secret in the image': [
    'Dockerfile',
    'ENV KEPT_DATA=/data',
    'ENV DATABASE_URL=postgres://',
    /in the image/,
  ],
  'the API without TLS': ['Caddyfile', '{$API_HOST} {', 'http://{$API_HOST} {', /without TLS|leads to/],
  'the API nowhere': ['Caddyfile', '172.31.250.3:8081', '172.31.250.3:8080', /leads to/],
  'logs of requests': ['Caddyfile', 'output discard', 'output stdout', /writes logs/],
  'a proxy that can be told otherwise': ['Caddyfile', '\tadmin off\n', '', /told otherwise/],
};

describe('it is noticed', () => {
  test.each(Object.entries(CHANGES))('%s', (_name, [file, find, replace, told]) => {
    const changed = files[file].replace(find, () => replace);
    expect(changed).not.toBe(files[file]);
    expect(mistakesIn({ ...files, [file]: changed }).join('\n')).toMatch(told);
  });
});
