/** Every behaviour of the lying engine, over every endpoint: most of them throw the prompt back in some broken way. */
import { LIES, type LieName } from '../../support/lies/index.ts';
import { CHAT, COMPLETIONS, EMBEDDINGS, type Stand, send, type Way } from './way.ts';

/** Behaviours that would outlast the test; the client leaves them after this long, in milliseconds. */
const LEAVE_MS = 400;
const ENDLESS: ReadonlySet<LieName> = new Set([
  'never-answers',
  'never-ends',
  'silent-then-answers',
  'interim-forever',
  'open-after-done',
  'upgrade',
  'body-huge',
  'line-huge',
  'chunk-size-huge',
]);

const BODIES: Readonly<Record<string, (stand: Stand, text: string) => { path: string; body: object }>> = {
  chat: (stand, text) => ({
    path: CHAT,
    body: { model: stand.model, messages: [{ role: 'user', content: text }] },
  }),
  'chat stream': (stand, text) => ({
    path: CHAT,
    body: {
      model: stand.model,
      stream: true,
      messages: [
        { role: 'system', content: text },
        { role: 'user', content: 'go' },
      ],
    },
  }),
  'completions stream': (stand, text) => ({
    path: COMPLETIONS,
    body: { model: stand.model, stream: true, prompt: [text] },
  }),
  embeddings: (stand, text) => ({ path: EMBEDDINGS, body: { model: stand.embeddingModel, input: [text] } }),
};

/** An engine that failed thrice in a row is left alone; a good answer in between keeps it in the game. */
async function reassure(stand: Stand): Promise<void> {
  const body = { model: stand.model, messages: [{ role: 'user', content: 'hello' }] };
  await send(stand, { path: CHAT, body: JSON.stringify(body) });
}

export const ENGINE_WAYS: readonly Way[] = Object.keys(LIES).flatMap((lie) =>
  Object.entries(BODIES).map(([kind, make]) => ({
    name: `${kind}, engine plays ${lie}`,
    run: async (stand: Stand, canary: string) => {
      await reassure(stand);
      const { path, body } = make(stand, `play:${lie} my secret is ${canary} and nobody may know`);
      const patienceMs = ENDLESS.has(lie as LieName) ? LEAVE_MS : undefined;
      return send(
        stand,
        { path, body: JSON.stringify(body) },
        patienceMs === undefined ? {} : { patienceMs },
      );
    },
  })),
);
