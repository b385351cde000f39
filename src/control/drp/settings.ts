/** What the Data Rights Protocol works with, out of the configuration: who we are in its network, and who may ask. */

export interface AgentSettings {
  /** Its `id` in the network's directory: letters and `_`. */
  readonly id: string;
  /** As people read it. */
  readonly name: string;
  /** Ed25519 public key, base64 of 32 bytes. */
  readonly verifyKey: string;
  /** `host` or `host:port` that it is told of changes at, over TLS; null: it asks for itself. */
  readonly callbackHost: string | null;
}

export interface DrpSettings {
  /** Our `id` in the network's directory. */
  readonly businessId: string;
  readonly agents: readonly AgentSettings[];
  /** Whether agents' hosts may lie in a private network, for one whose agents are in the same house. */
  readonly privateCallbacks: boolean;
}
