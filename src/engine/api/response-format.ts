/** `response_format`: text, any JSON object, or JSON that fits a schema. */
import { invalid } from './api-error.ts';
import { type Body, isObject, readObject } from './fields.ts';

export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json_object' }
  | { readonly type: 'json_schema'; readonly schema: unknown };

/** What errors of schemas name. */
export const SCHEMA_PARAM = 'response_format';

export function readResponseFormat(body: Body): ResponseFormat {
  const format = readObject(body, 'response_format');
  switch (format?.type) {
    case undefined:
      if (format === null) return { type: 'text' };
      break;
    case 'text':
      return { type: 'text' };
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema': {
      const named = format?.json_schema;
      if (!isObject(named)) {
        throw invalid('response_format', 'response_format.json_schema must have a name and a schema.');
      }
      if (named.schema === undefined) return { type: 'json_object' };
      return { type: 'json_schema', schema: named.schema };
    }
  }
  throw invalid('response_format', 'response_format.type must be text, json_object or json_schema.');
}
