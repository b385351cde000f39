/** Clients that behave badly: who leave early, read slowly, or stop halfway. */
import { sendChat, type Way } from './way.ts';

export const CLIENT_WAYS: readonly Way[] = [
  {
    name: 'client leaves before the answer',
    run: (stand, canary) => sendChat(stand, `play:slow ${canary}`, {}, { patienceMs: 100 }),
  },
  {
    name: 'client leaves in the middle of a stream',
    run: (stand, canary) =>
      sendChat(stand, `play:slow ${canary}`, { stream: true }, { leaveAfterBytes: 900 }),
  },
  {
    name: 'client closes its half and listens on',
    run: (stand, canary) => sendChat(stand, canary, { stream: true }, { halfClose: true }),
  },
  {
    name: 'client reads nothing for a while',
    run: (stand, canary) => sendChat(stand, `${canary} `.repeat(20_000), { stream: true }, { deafMs: 500 }),
  },
  {
    name: 'client leaves an answer unread',
    run: (stand, canary) =>
      sendChat(stand, `${canary} `.repeat(50_000), { stream: true }, { deafMs: 5000, patienceMs: 400 }),
  },
];
