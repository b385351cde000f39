/** The agents of the configuration, with their keys ready: the root of what is believed here. */
import type { KeyObject } from 'node:crypto';
import type { AgentSettings, DrpSettings } from './settings.ts';
import { readVerifyKey } from './verify-key.ts';

export interface Agent extends AgentSettings {
  readonly key: KeyObject;
}

export class Directory {
  readonly businessId: string;
  readonly privateCallbacks: boolean;
  readonly #agents: ReadonlyMap<string, Agent>;

  constructor({ businessId, agents, privateCallbacks }: DrpSettings) {
    this.businessId = businessId;
    this.privateCallbacks = privateCallbacks;
    this.#agents = new Map(agents.map((each) => [each.id, { ...each, key: readVerifyKey(each.verifyKey) }]));
  }

  get agents(): readonly Agent[] {
    return [...this.#agents.values()];
  }

  byId(id: string): Agent | null {
    return this.#agents.get(id) ?? null;
  }
}
