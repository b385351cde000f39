/** An error as a reply. Only `ApiError` is told to a client; a fault of ours is told as `internal_error` and logged by place. */
import { faultFields } from '../log/log.ts';
import { ApiError, errorBody } from './api/errors.ts';
import type { ClientConnection } from './client-connection.ts';
import { JSON_TYPE } from './reply.ts';
import type { Services } from './services.ts';

/** The header lines that an error adds: when to come back, how to sign in. */
export function errorHeaders(error: ApiError): string {
  const retry = error.retryAfter === null ? '' : `retry-after: ${error.retryAfter}\r\n`;
  return error.status === 401 ? `${retry}www-authenticate: Bearer\r\n` : retry;
}

/** Answers `error` and counts it. `endpoint` is a word of ours. */
export function sendError(
  services: Pick<Services, 'log' | 'metrics'>,
  client: ClientConnection,
  headers: string,
  error: unknown,
  endpoint: string,
): void {
  if (!(error instanceof ApiError)) services.log('error', 'fault', faultFields(error));
  const told = error instanceof ApiError ? error : new ApiError('internal_error');
  services.metrics.answered(endpoint, told.status, 0);
  services.metrics.add('kept_errors_total', { code: told.code });
  client.reply(told.status, JSON_TYPE, headers + errorHeaders(told), errorBody(told));
}
