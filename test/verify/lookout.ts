/** Verification of a running instance as `kept verify` asks for it, without a process for each question. */
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { CheckStanding, ClauseStanding, Standing } from '../../src/control/verification/index.ts';
import type { Instance } from '../support/instance.ts';

export interface Lookout {
  admin<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Looks now; left out: at everything. Tells of each check as it ends. */
  verify(clauses?: readonly string[], onSeen?: (seen: CheckStanding) => void): Promise<Standing>;
  /** What the page shows now; nobody looks because of it. */
  shown(): Promise<Standing>;
  shownOf(clause: string): Promise<ClauseStanding>;
}

export const clauseOf = ({ clauses }: Standing, clause: string): ClauseStanding => {
  const found = clauses.find(({ id }) => id === clause);
  if (found === undefined) throw new Error(`no clause ${clause}`);
  return found;
};

export const brokenOf = ({ clauses }: Standing): Record<string, string> =>
  Object.fromEntries(
    clauses.flatMap(({ id, verdict, reason }) => (verdict === 'broken' ? [[id, reason]] : [])),
  );

export function lookoutOf({ dataFolder, siteUrl }: Pick<Instance, 'dataFolder' | 'siteUrl'>): Lookout {
  return lookoutAt(siteUrl, () => {
    const file = readFileSync(path.join(dataFolder, 'instance.json'), 'utf8');
    return (JSON.parse(file) as { adminSocket: string }).adminSocket;
  });
}

/** `adminSocket`: asked each time, since a control that was started again has another. */
export function lookoutAt(siteUrl: string, adminSocket: () => string): Lookout {
  const open = (method: string, to: string, body: unknown): Promise<IncomingMessage> => {
    const socketPath = adminSocket();
    const headers = { 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      request({ socketPath, method, path: to, headers, agent: false })
        .on('response', resolve)
        .on('error', reject)
        .end(body === undefined ? undefined : JSON.stringify(body));
    });
  };
  const lookout: Lookout = {
    async admin<T>(method: string, to: string, body?: unknown) {
      const answer = await open(method, to, body);
      const text = Buffer.concat(await answer.toArray()).toString('utf8');
      if ((answer.statusCode ?? 0) >= 400) throw new Error(`${method} ${to}: ${answer.statusCode} ${text}`);
      return JSON.parse(text) as T;
    },
    async verify(clauses, onSeen = () => {}) {
      const answer = await open('POST', '/verify', clauses === undefined ? {} : { clauses });
      let standing: Standing | undefined;
      for await (const line of createInterface({ input: answer })) {
        const said = JSON.parse(line) as { seen?: CheckStanding; standing?: Standing };
        if (said.seen !== undefined) onSeen(said.seen);
        standing ??= said.standing;
      }
      if (standing === undefined) throw new Error('the answer broke off');
      return standing;
    },
    shown: async () => (await (await fetch(`${siteUrl}/api/promises`)).json()) as Standing,
    shownOf: async (clause) => clauseOf(await lookout.shown(), clause),
  };
  return lookout;
}
