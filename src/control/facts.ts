/** What `doctor` asks control: numbers and states, nothing about anybody. */

import type { Sessions } from './limits/index.ts';
import type { Link } from './link.ts';
import type { Catalogue } from './models/index.ts';
import type { Recorder } from './usage/index.ts';

export interface Facts {
  readonly reachable: () => Promise<boolean>;
  readonly link: Link;
  readonly sessions: Sessions;
  readonly recorder: Recorder;
  readonly catalogue: Catalogue;
}

export async function facts({ reachable, link, sessions, recorder, catalogue }: Facts) {
  return {
    pid: process.pid,
    database: { reachable: await reachable() },
    link: { listening: link.listening },
    gateways: sessions.connected().map(({ id, pid }) => ({ session: id, pid })),
    records_waiting: recorder.waiting,
    engines: catalogue.engines(),
    models: catalogue.models.map(({ number, name, kind, context, engines }) => ({
      number,
      name,
      kind,
      context,
      engines: engines.map(({ engine }) => engine),
    })),
  };
}
