/** The API as the site documents it; made on the floor above, which knows the gateway's tables too. */
export interface ApiReference {
  /** OpenAPI 3.1. */
  readonly document: object;
  /** Parameters that travel on to engines, each with what it may be in words. */
  readonly parameters: readonly {
    readonly endpoint: 'chat' | 'completions' | 'embeddings';
    readonly parameters: readonly { readonly name: string; readonly says: string }[];
  }[];
  readonly errors: readonly {
    readonly code: string;
    readonly status: number;
    readonly type: string;
    readonly source: 'request' | 'gateway' | 'engine';
    readonly retryable: boolean;
    readonly message: string;
  }[];
  /** What one request may be at most. */
  readonly limits: readonly { readonly what: string; readonly most: number | string }[];
}
