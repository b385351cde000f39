/** What deploy/ has to hold, read out of its files: an empty list, or a sentence for each property that is missing. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../support/instance.ts';

export const FILES = ['Dockerfile', 'compose.yaml', 'Caddyfile'] as const;
export type Files = Readonly<Record<(typeof FILES)[number], string>>;

export const readFiles = (): Files =>
  Object.fromEntries(
    FILES.map((name) => [name, readFileSync(path.join(ROOT, 'deploy', name), 'utf8')]),
  ) as Files;

interface Service {
  readonly user?: string;
  readonly image?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly network_mode?: string;
  readonly networks?: readonly string[] | Readonly<Record<string, { ipv4_address?: string }>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file?: string }>>;
}

export function mistakesIn(files: Files): string[] {
  const compose = parse(files['compose.yaml']) as Compose;
  const services = Object.entries(compose.services);
  return [
    ...services.flatMap(([name, service]) => [...ofService(name, service, compose)]),
    ...ofNetworks(compose),
    ...ofSecrets(compose),
    ...ofImages(files.Dockerfile),
    ...ofProxy(files.Caddyfile, compose),
  ];
}

function* ofService(name: string, service: Service, { volumes }: Compose): Generator<string> {
  if (!/^[1-9]\d*:[1-9]\d*$/.test(service.user ?? '')) yield `${name} may be root`;
  if (service.read_only !== true) yield `${name} can write its file system`;
  if (service.privileged !== undefined) yield `${name} is privileged`;
  if (service.cap_drop?.join() !== 'ALL' || service.cap_add !== undefined) yield `${name} has capabilities`;
  if (service.security_opt?.join() !== 'no-new-privileges:true') yield `${name} may gain rights`;
  if (service.network_mode !== undefined) yield `${name} is in a network of others`;
  for (const mount of service.tmpfs ?? [])
    if (!['noexec', 'nosuid', 'nodev', 'size='].every((flag) => mount.includes(flag)))
      yield `${name} has a folder in memory without its limits`;
  for (const volume of service.volumes ?? [])
    if (!Object.hasOwn(volumes, volume.split(':')[0] ?? '')) yield `${name} sees a folder of the machine`;
}

const networksOf = ({ networks = [] }: Service): readonly string[] =>
  Array.isArray(networks) ? networks : Object.keys(networks);

/** Who may be where; all but the proxy's and Kept's way out lead nowhere. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  caddy: ['edge', 'front'],
  kept: ['data', 'front', 'out'],
  postgres: ['data'],
};
const WAYS_OUT = ['edge', 'out'];

function* ofNetworks({ services, networks }: Compose): Generator<string> {
  const ports = Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports.map((port) => `${name} ${port.split(':')[0]}`),
  );
  if (ports.sort().join() !== 'caddy 443,caddy 80') yield `published: ${ports.join(', ')}`;
  for (const [name, service] of Object.entries(services))
    if ([...networksOf(service)].sort().join() !== PLACES[name]?.join()) yield `${name} is in other networks`;
  for (const [name, network] of Object.entries(networks))
    if ((network?.internal === true) === WAYS_OUT.includes(name)) yield `${name} leads elsewhere`;
}

const SECRET = /password|secret|database_url|smtp_url|imap_url|master_key|engine_key/i;

function* ofSecrets({ services, secrets }: Compose): Generator<string> {
  for (const [name, { environment = {} }] of Object.entries(services))
    for (const [variable, value] of Object.entries(environment))
      if (SECRET.test(variable) && !value.startsWith('/run/secrets/'))
        yield `${name} has ${variable} in plain sight`;
  for (const [name, { file }] of Object.entries(secrets)) if (file === undefined) yield `${name} is no file`;
}

/** The last USER of each stage that is run, and who owns the tree. */
function* ofImages(text: string): Generator<string> {
  const stages = text.split(/^FROM /m).slice(1);
  for (const name of ['kept', 'proxy']) {
    const stage = stages.find((each) => each.split('\n')[0]?.endsWith(` AS ${name}`)) ?? '';
    const user = [...stage.matchAll(/^USER (\S+)$/gm)].at(-1)?.[1] ?? 'root';
    if (!/^[1-9]\d*:[1-9]\d*$/.test(user)) yield `the image ${name} runs as ${user}`;
  }
  if (!text.includes('COPY --from=build --chown=0:0 /opt/kept /opt/kept')) yield 'the tree is not root’s';
  if (/chmod[^\n]*(?:777|o\+w|a\+w)/.test(text)) yield 'something is open to everybody';
  if (/^(?:ENV|ARG) [^\n]*(?:PASSWORD|SECRET|DATABASE_URL)/m.test(text)) yield 'a secret is in the image';
  for (const [, image = ''] of text.matchAll(/^ARG \w+_IMAGE=(\S+)$/gm))
    if (!/:[\w.-]+$|@sha256:/.test(image) || image.endsWith(':latest')) yield `${image} names no version`;
}

function* ofProxy(text: string, { services }: Compose): Generator<string> {
  const sites = [...text.matchAll(/^(\S+) \{\n([\s\S]*?)^\}/gm)].filter(([, name]) => name !== '');
  const led = sites.map(([, name, body = '']) => `${name} ${/reverse_proxy (\S+)/.exec(body)?.[1]}`);
  const kept = services.kept?.environment?.KEPT_HOST;
  if (led.join() !== `{$SITE_HOST} ${kept}:8080,{$API_HOST} ${kept}:8081`)
    yield `Caddy leads to ${led.join()}`;
  if (/http:\/\/|auto_https|tls internal/.test(text)) yield 'Caddy does without TLS';
  if (!text.includes('output discard')) yield 'Caddy writes logs';
  if (!text.includes('admin off')) yield 'Caddy can be told otherwise';
  const { networks: front } = services.caddy ?? {};
  const proxy =
    front === undefined || Array.isArray(front)
      ? ''
      : (front as Record<string, { ipv4_address?: string }>).front?.ipv4_address;
  if (services.kept?.environment?.KEPT_TRUSTED_PROXIES !== `${proxy}/32`)
    yield 'somebody else than Caddy is believed';
  for (const url of ['KEPT_SITE_URL', 'KEPT_API_URL'])
    if (!services.kept?.environment?.[url]?.startsWith('https://')) yield `${url} is not https`;
}
