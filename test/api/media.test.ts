/** Nothing is fetched for a request: media come as data URLs, in whatever place and spelling an address is tried. */
import { describe, expect, it } from 'vitest';
import { readChat } from '../../src/gateway/api/parameters.ts';
import { caught } from './caught.ts';

const ask = (part: object): unknown =>
  readChat({ model: 'm', messages: [{ role: 'user', content: [part] }] }).params.messages;
const PNG = 'data:image/png;base64,iVBORw0KGgo=';

const ADDRESSES = [
  'http://169.254.169.254/latest/meta-data',
  'https://example.com/a.png',
  'HTTPS://example.com/a.png',
  'file:///etc/passwd',
  'FILE:/etc/passwd',
  'ftp://example.com',
  '//example.com/a.png',
  '/etc/passwd',
  ' data:image/png;base64,AAAA',
  'DATA:image/png;base64,AAAA',
  '\tdata:image/png;base64,AAAA',
  'blob:x',
  'javascript:1',
  'gopher://x',
  '',
];

describe.each(ADDRESSES)('%j is never fetched', (url) => {
  it.each<[string, object]>([
    ['image_url', { type: 'image_url', image_url: { url } }],
    ['image_url as text', { type: 'image_url', image_url: url }],
    ['video_url', { type: 'video_url', video_url: { url } }],
    ['audio_url', { type: 'audio_url', audio_url: { url } }],
    ['file', { type: 'file', file: { file_data: url, filename: 'a.pdf' } }],
  ])('as %s', (_, part) => {
    const error = caught(() => ask(part));
    expect(error.code).toBe('remote_media_refused');
    expect(error.status).toBe(400);
    expect(error.message).not.toContain('example.com');
  });

  it('as input_audio', () => {
    const error = caught(() => ask({ type: 'input_audio', input_audio: { data: url, format: 'wav' } }));
    expect(['remote_media_refused', 'invalid_parameter']).toContain(error.code);
  });
});

it.each<[string, object]>([
  ['a data URL that is not base64', { type: 'image_url', image_url: { url: 'data:image/svg+xml,<svg/>' } }],
  ['a data URL without comma', { type: 'image_url', image_url: { url: 'data:image/png;base64' } }],
  [
    'a data URL with a page in it',
    { type: 'image_url', image_url: { url: 'data:text/html;x=http://y;base64,AAAA' } },
  ],
  ['an unknown detail', { type: 'image_url', image_url: { url: PNG, detail: 'most' } }],
  ['no URL', { type: 'image_url', image_url: {} }],
  ['a list of URLs', { type: 'image_url', image_url: [PNG] }],
  ['audio with a path as format', { type: 'input_audio', input_audio: { data: 'AAAA', format: '../x' } }],
  ['audio without data', { type: 'input_audio', input_audio: { format: 'wav' } }],
  ['audio that is a path', { type: 'input_audio', input_audio: { data: './a.wav', format: 'wav' } }],
  ['a file by its id', { type: 'file', file: { file_id: 'file-1' } }],
  ['a file without data', { type: 'file', file: { filename: 'a.pdf' } }],
])('%s is refused', (_, part) => {
  expect(caught(() => ask(part)).status).toBe(400);
});

it('media in the request go on, without what else was beside them', () => {
  expect(
    ask({ type: 'image_url', image_url: { url: PNG, detail: 'low', uuid: 'x', host: 'http://x' }, extra: 1 }),
  ).toEqual([{ role: 'user', content: [{ type: 'image_url', image_url: { url: PNG, detail: 'low' } }] }]);
  expect(ask({ type: 'image_url', image_url: PNG })).toEqual([
    { role: 'user', content: [{ type: 'image_url', image_url: { url: PNG } }] },
  ]);
  expect(ask({ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } })).toEqual([
    { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }] },
  ]);
  expect(
    ask({ type: 'file', file: { file_data: 'data:application/pdf;base64,JVBE', filename: 'a.pdf' } }),
  ).toEqual([
    {
      role: 'user',
      content: [{ type: 'file', file: { file_data: 'data:application/pdf;base64,JVBE', filename: 'a.pdf' } }],
    },
  ]);
  expect(ask({ type: 'video_url', video_url: { url: 'data:video/mp4;base64,AAAA' } })).toEqual([
    { role: 'user', content: [{ type: 'video_url', video_url: { url: 'data:video/mp4;base64,AAAA' } }] },
  ]);
});
