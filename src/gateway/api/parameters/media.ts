/**
 * Parts of a message's content. Engines fetch what a URL names, past our list of allowed hosts (SSRF), and some read
 * `file:` from their own disk; so media come as `data:` only, and each part is made again from its known fields.
 */
import { ApiError } from '../errors.ts';
import type { Param } from '../names.ts';
import { invalid, isObject, type JsonObject } from './parameter.ts';

/** The media type before the comma of a data URL is at most this long. */
const MEDIA_TYPE_CHARS_MAX = 128;
const FORMAT_CHARS_MAX = 16;
const DETAILS = new Set<unknown>(['auto', 'low', 'high', 'original']);

type PartReader = (part: JsonObject, index: number) => JsonObject;

const PARTS: ReadonlyMap<unknown, PartReader> = new Map<unknown, PartReader>([
  ['text', (part, index) => ({ type: 'text', text: textOf(part.text, index) })],
  ['thinking', (part, index) => ({ type: 'thinking', thinking: textOf(part.thinking, index) })],
  ['refusal', (part, index) => ({ type: 'refusal', refusal: textOf(part.refusal, index) })],
  ['image_url', readImage],
  ['video_url', (part, index) => readUrl('video_url', 'messages.content.video_url', part, index)],
  ['audio_url', (part, index) => readUrl('audio_url', 'messages.content.audio_url', part, index)],
  ['input_audio', readAudio],
  ['file', readFile],
]);

/** Types of content parts that are known; docs/parameters.md lists them. */
export const PART_TYPES: readonly string[] = [...PARTS.keys()].map(String);

/** The parts of the message at `index`, made of known fields only. Throws `ApiError`. */
export function readParts(parts: readonly unknown[], index: number): JsonObject[] {
  return parts.map((part) => {
    if (!isObject(part)) throw invalid('messages.content', index);
    const read = PARTS.get(part.type);
    if (read === undefined) throw invalid('messages.content.type', index);
    return read(part, index);
  });
}

function textOf(value: unknown, index: number): string {
  if (typeof value !== 'string') throw invalid('messages.content.text', index);
  return value;
}

/** OpenAI: `{ url, detail }`; older clients send the URL itself. */
function readImage(part: JsonObject, index: number): JsonObject {
  const given = part.image_url;
  const url = dataUrl(isObject(given) ? given.url : given, 'messages.content.image_url', index);
  const detail = isObject(given) ? given.detail : undefined;
  if (detail == null) return { type: 'image_url', image_url: { url } };
  if (!DETAILS.has(detail)) throw invalid('messages.content.image_url', index);
  return { type: 'image_url', image_url: { url, detail } };
}

function readUrl(type: 'video_url' | 'audio_url', param: Param, part: JsonObject, index: number): JsonObject {
  const given = part[type];
  return { type, [type]: { url: dataUrl(isObject(given) ? given.url : given, param, index) } };
}

/** `data` is base64, and some engines take a URL in its place. */
function readAudio(part: JsonObject, index: number): JsonObject {
  const given = part.input_audio;
  if (!isObject(given)) throw invalid('messages.content.input_audio', index);
  const { data, format } = given;
  if (typeof data !== 'string') throw invalid('messages.content.input_audio', index);
  if (data.includes(':')) dataUrl(data, 'messages.content.input_audio', index);
  else if (!startsAsBase64(data)) throw invalid('messages.content.input_audio', index);
  if (typeof format !== 'string' || format.length > FORMAT_CHARS_MAX || !/^[a-z0-9]+$/.test(format)) {
    throw invalid('messages.content.input_audio', index);
  }
  return { type: 'input_audio', input_audio: { data, format } };
}

/** Only with the content in it: a `file_id` names an upload, and there are none here. */
function readFile(part: JsonObject, index: number): JsonObject {
  const given = part.file;
  if (!isObject(given) || given.file_id != null) throw invalid('messages.content.file', index);
  const file_data = dataUrl(given.file_data, 'messages.content.file', index);
  const filename = given.filename;
  if (filename == null) return { type: 'file', file: { file_data } };
  if (typeof filename !== 'string') throw invalid('messages.content.file', index);
  return { type: 'file', file: { file_data, filename } };
}

/** The value when it is `data:…;base64,…`. Any other address is refused, whatever its scheme or spelling. */
function dataUrl(value: unknown, param: Param, index: number): string {
  if (typeof value !== 'string') throw invalid(param, index);
  if (!value.startsWith('data:')) throw new ApiError('remote_media_refused', { param, numbers: { index } });
  const comma = value.slice(0, MEDIA_TYPE_CHARS_MAX).indexOf(',');
  if (comma < 0 || !/^data:[a-z0-9.+/-]*(?:;[a-z0-9.+=-]*){0,4};base64$/i.test(value.slice(0, comma))) {
    throw invalid(param, index);
  }
  return value;
}

const BASE64_LOOK_CHARS = 256;
const BASE64_GROUP_CHARS = 4;

/** Whole groups, and no address to begin with; decoding the rest is the engine's. */
function startsAsBase64(data: string): boolean {
  return (
    data.length % BASE64_GROUP_CHARS === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(data.slice(0, BASE64_LOOK_CHARS))
  );
}
