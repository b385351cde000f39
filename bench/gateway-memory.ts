/** Memory of a gateway that has nothing to do, and what each open stream adds to it. */
import net, { type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SEED_STAYS_OPEN } from '../test/support/fast-engine.ts';
import type { Figure } from './figures.ts';
import { chatBody } from './gateway-cpu.ts';
import { prepare } from './load/client.ts';
import { residentBytes } from './measure.ts';
import type { Side } from './sides/side.ts';

const STREAMS = 1000;
const IDLE_BYTES_MAX = 120 * 1024 * 1024;
const STREAM_BYTES_MAX = 64 * 1024;
/** Time for a process to come to rest, in milliseconds. */
const REST_MS = 2000;

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MB`;
const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

/** Opens a stream and resolves when its first content chunk is here. */
function openStream(port: number, request: Buffer): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let heard = '';
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`A stream was refused: ${heard.slice(0, 300)}`)));
    socket.on('data', (data) => {
      heard += data.toString('latin1');
      if (heard.includes('"content":')) resolve(socket);
    });
    socket.write(request);
  });
}

/** Bytes that `STREAMS` open streams add to each side's process, for each stream. */
async function bytesPerStream(side: Side): Promise<number> {
  const request = prepare(side.port, side.key, chatBody(true, { seed: SEED_STAYS_OPEN }));
  const before = residentBytes(side.pid);
  const streams: Socket[] = [];
  for (let i = 0; i < STREAMS; i++) streams.push(await openStream(side.port, request));
  await sleep(REST_MS);
  const after = residentBytes(side.pid);
  for (const stream of streams) stream.removeAllListeners('close').destroy();
  await sleep(REST_MS);
  return (after - before) / STREAMS;
}

/** `fresh` starts a gateway that has served nothing yet. */
export async function gatewayMemory(fresh: () => Promise<Side>, peer: Side | null): Promise<Figure[]> {
  const ours = await fresh();
  try {
    await sleep(REST_MS);
    const idle = residentBytes(ours.pid);
    const theirIdle = peer === null ? 'not here' : `nginx: ${megabytes(residentBytes(peer.pid))}`;
    const mine = await bytesPerStream(ours);
    const theirs = peer === null ? 'not here' : `nginx: ${kilobytes(await bytesPerStream(peer))}`;
    return [
      {
        what: 'Resident memory, idle',
        ours: megabytes(idle),
        peer: theirIdle,
        outcome: megabytes(idle),
        goal: `≤ ${megabytes(IDLE_BYTES_MAX)}`,
        met: idle <= IDLE_BYTES_MAX,
      },
      {
        what: `Memory per open stream, ${STREAMS} open`,
        ours: kilobytes(mine),
        peer: theirs,
        outcome: kilobytes(mine),
        goal: `≤ ${kilobytes(STREAM_BYTES_MAX)}`,
        met: mine <= STREAM_BYTES_MAX,
      },
    ];
  } finally {
    await ours.stop();
  }
}
