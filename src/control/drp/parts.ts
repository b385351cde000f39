/** What the Data Rights Protocol's door works with; made once, where control starts. */
import type { BlockList } from 'node:net';
import type { Log } from '../../log/log.ts';
import type { RequestParts, Requests } from '../requests/index.ts';
import type { Directory } from './directory.ts';

export interface DrpParts {
  readonly requesting: RequestParts;
  readonly requests: Requests;
  /** Null: nothing is configured, and there is no such door. */
  readonly directory: Directory | null;
  /** Proxies whose word for the client is taken. */
  readonly trusted: BlockList;
  readonly log: Log;
}
