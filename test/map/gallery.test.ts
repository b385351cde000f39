/**
 * The gallery of mistakes: each file of `gallery/` holds one that must not compile. A comment `says:` stands above the
 * line that the compiler points at and holds what it prints; a file without one compiles.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const GALLERY = join(import.meta.dirname, 'gallery');
const FILES = readdirSync(GALLERY).sort();

interface Said {
  /** Counted from 1. */
  readonly line: number;
  readonly says: string;
}

/** What the compiler has to say, by the comments of the file. */
const expected = (file: string): Said[] =>
  readFileSync(join(GALLERY, file), 'utf8')
    .split('\n')
    .flatMap((text, index) => {
      const says = /^\s*\/\/ says: (.+)$/.exec(text)?.[1];
      return says === undefined ? [] : [{ line: index + 2, says }];
    });

/** What it says: all files as one program, with the options of the product. */
function compile(): Map<string, Said[]> {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const program = ts.createProgram(
    FILES.map((file) => join(GALLERY, file)),
    options,
  );
  return new Map(
    FILES.map((file) => {
      const source = program.getSourceFile(join(GALLERY, file)) as ts.SourceFile;
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [
        basename(file),
        found.map(({ start, messageText }) => ({
          line: source.getLineAndCharacterOfPosition(start ?? 0).line + 1,
          // A sentence is printed as a type: its quotes are escaped.
          says: ts.flattenDiagnosticMessageText(messageText, '\n').replaceAll('\\"', '"'),
        })),
      ];
    }),
  );
}

const compiled = compile();

test('what is right compiles', () => {
  expect(compiled.get('right.ts')).toEqual([]);
  expect(FILES.filter((file) => expected(file).length === 0)).toEqual(['facts.ts', 'right.ts']);
});

test.each(FILES.filter((file) => expected(file).length > 0))(
  '%s: its sentence, in its place, and no other',
  (file) => {
    expect(compiled.get(file)).toEqual(
      expected(file).map(({ line, says }) => ({ line, says: expect.stringContaining(says) })),
    );
  },
);
