import { expect, test } from 'vitest';
import { ToolCallReader } from '../../src/engine/tools/tool-call-reader.ts';

const CALL = '<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>';

/** Reads `text` in pieces of `size` characters. */
function read(text: string, size: number) {
  const reader = new ToolCallReader(new Set(['add']));
  const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  const read = [...pieces.map((piece) => reader.push(piece)), reader.flush()];
  return { text: read.map((piece) => piece.text).join(''), calls: read.flatMap((piece) => piece.calls) };
}

test.for([1, 3, 7, 1000])('calls are told from text, in pieces of %i characters', (size) => {
  const call = { name: 'add', arguments: '{"a":1}' };
  expect(read(CALL, size)).toEqual({ text: '', calls: [call] });
  expect(read(`Sure.\n${CALL}\n${CALL}\n`, size)).toEqual({ text: 'Sure.\n', calls: [call, call] });
  expect(read('1 < 2 and <tool', size)).toEqual({ text: '1 < 2 and <tool', calls: [] });
});

test.for([1, 5, 1000])(
  'an end mark within an argument does not end the call, in pieces of %i characters',
  (size) => {
    const tricky = CALL.replace('1}', '"</tool_call>"}');
    expect(read(tricky, size).calls).toEqual([{ name: 'add', arguments: '{"a":"</tool_call>"}' }]);
  },
);

test('what is no call stays text, to the letter', () => {
  for (const text of [
    '<tool_call>\nadd 1\n</tool_call> and on',
    '<tool_call>{"name": "other", "arguments": {}}</tool_call>',
    '<tool_call>{"name": "add"',
  ]) {
    expect(read(text, 4)).toEqual({ text, calls: [] });
  }
});

test('a call whose end mark is missing counts when it is whole', () => {
  expect(read('<tool_call>{"name": "add", "arguments": "{}"}', 6)).toEqual({
    text: '',
    calls: [{ name: 'add', arguments: '{}' }],
  });
});
