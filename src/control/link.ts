/**
 * Control's side of the link, over all gateways: listens, and tells every one of each change. What happens on one
 * connection is in `gateway-session.ts`.
 */
import { type LinkConnection, type LinkServer, listenForGateways } from '../link/server.ts';
import type { CatalogueModel, KeyState } from '../link/words.ts';
import { GatewaySession, type LinkParts } from './gateway-session.ts';
import type { SocketOwner } from './settings.ts';

export class Link {
  readonly #parts: LinkParts;
  readonly #gateways = new Set<GatewaySession>();
  #server: LinkServer | null = null;
  /** Null until the first catalogue: gateways that served before go on with theirs. */
  #models: readonly CatalogueModel[] | null = null;
  #paused = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    parts.directory.listen({
      accountChanged: (state) => this.#each((to) => to.send('account', state)),
      keyChanged: (state) => this.#each((to) => sendKey(to, state)),
    });
  }

  async listen(path: string, owner: SocketOwner | null): Promise<void> {
    this.#server = await listenForGateways(path, owner, (connection) => {
      const gateway = new GatewaySession(this.#parts, connection, {
        models: () => this.#models,
        opened: () => this.#supersede(gateway),
        closed: () => this.#gateways.delete(gateway),
      });
      this.#gateways.add(gateway);
      connection.pause(this.#paused);
      return gateway;
    });
  }

  get listening(): boolean {
    return this.#server !== null;
  }

  /** Tells every gateway of a new catalogue. */
  catalogue(models: readonly CatalogueModel[]): void {
    this.#models = models;
    this.#each((to) => to.send('catalogue', { models }));
  }

  /** Stops reading from gateways while too much waits for the database. */
  pause(paused: boolean): void {
    this.#paused = paused;
    for (const gateway of this.#gateways) gateway.connection.pause(paused);
  }

  async close(): Promise<void> {
    await this.#server?.close();
    this.#server = null;
  }

  /** A session has one connection; an earlier one is at an end. */
  #supersede(by: GatewaySession): void {
    for (const gateway of this.#gateways) {
      if (gateway !== by && gateway.session === by.session) gateway.connection.end();
    }
  }

  #each(tell: (to: LinkConnection) => void): void {
    for (const gateway of this.#gateways) if (gateway.session !== null) tell(gateway.connection);
  }
}

function sendKey(to: LinkConnection, state: KeyState): void {
  if (state.active) to.send('key', state);
  else to.send('gone', { what: 'key', id: state.id });
}
