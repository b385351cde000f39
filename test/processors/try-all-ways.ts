/** Run as a process of its own: lays the guard and tries every way out of JavaScript, to `argv[2]` and to a declared one. */
import dgram from 'node:dgram';
import http from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import { guardEgress } from '../../src/control/processors/index.ts';

const [elsewhere, declared] = process.argv.slice(2).map(Number) as [number, number];
const refused: string[] = [];
const egress = guardEgress([{ recipient: 'mail', host: '127.0.0.1', port: declared }], () => {
  refused.push('');
});

const ends = (socket: net.Socket) =>
  new Promise<string>((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name));
    socket.once('connect', () => {
      resolve('connected');
      socket.destroy();
    });
  });
const asks = (url: string) =>
  fetch(url).then(
    () => 'connected',
    (error: Error) => (error.cause as NodeJS.ErrnoException | undefined)?.code ?? error.name,
  );
const requests = (options: http.RequestOptions) =>
  new Promise<string>((resolve) => {
    http
      .request(options, () => resolve('connected'))
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name))
      .end();
  });
const throws = (work: () => unknown): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).name;
  }
};

const host = '127.0.0.1';
const tried = {
  'a port': await ends(net.connect(elsewhere, host)),
  'options of a socket': await ends(net.connect({ host, port: elsewhere })),
  'a socket of its own': await ends(new net.Socket().connect({ host, port: elsewhere })),
  'another name of a declared host': await ends(net.connect({ host: 'localhost', port: declared })),
  'a host that hides it': await ends(net.connect({ host: `${host}.`, port: elsewhere })),
  'a local socket': await ends(net.connect({ path: '/tmp/kept-nobody.sock' })),
  TLS: await ends(tls.connect({ host, port: elsewhere })),
  'http.request': await requests({ host, port: elsewhere }),
  'http.request with an address': await requests({ hostname: host, port: elsewhere, agent: false }),
  fetch: await asks(`http://${host}:${elsewhere}/`),
  WebSocket: await new Promise<string>((resolve) => {
    const socket = new WebSocket(`ws://${host}:${elsewhere}/`);
    socket.onopen = () => resolve('connected');
    socket.onerror = () => resolve('EGRESS_REFUSED');
  }),
  datagrams: throws(() => dgram.createSocket('udp4')),
  'taking the guard off': throws(() => {
    net.Socket.prototype.connect = () => new net.Socket();
  }),
};
const good = {
  socket: await ends(net.connect(declared, host)),
  fetch: await asks(`http://${host}:${declared}/`),
};
console.log(
  JSON.stringify({
    tried,
    good,
    heard: refused.length,
    refused: egress.refused,
    places: egress.refusedPlaces,
    begun: [...egress.begun],
  }),
);
process.exit(0);
