/** docs/data.md and docs/processing.md are what the tables say. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dataMap } from '../../src/control/data-map.ts';
import { mapPage } from '../../src/store/map/describe.ts';
import { processingLines, processingRecord } from '../../src/store/map/processing.ts';
import { PURPOSES } from '../../src/store/map/words.ts';

const page = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const NOBODY = {
  name: null,
  contact: null,
  policy_email: null,
  representative: null,
  data_protection_officer: null,
};

test('docs/data.md is the map as it is', async () => {
  await expect(mapPage(dataMap)).toMatchFileSnapshot(page('data.md'));
});

test('docs/processing.md is the record of processing as it is without a configuration', async () => {
  const record = processingRecord(dataMap, { controller: NOBODY, recipients: [] });
  const text = [
    '# Record of processing activities',
    '',
    'What follows from [the data map](data.md) for GDPR Art. 30(1) (`npx vitest run test/map -u`). `kept map --art30` adds what the configuration says: controller, contact, and whom data goes to.',
    '',
    ...processingLines(record),
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot(page('processing.md'));
});

test('every personal column is in the activity of each of its purposes, and nothing is in others', () => {
  const { activities } = processingRecord(dataMap, { controller: NOBODY, recipients: [] });
  for (const purpose of Object.keys(PURPOSES)) {
    const labels = dataMap.flatMap(({ columns }) =>
      Object.values(columns).flatMap(({ facts }) =>
        'purposes' in facts && (facts.purposes as readonly string[]).includes(purpose) ? [facts.label] : [],
      ),
    );
    const shown = activities
      .find((each) => each.purpose === purpose)
      ?.categories.flatMap(({ items }) => items);
    expect(new Set(shown), purpose).toEqual(new Set(labels));
  }
});

/** Runs `kept map --art30 --json` with this configuration. */
function art30(config: object) {
  const folder = mkdtempSync(join(tmpdir(), 'kept-art30-'));
  const file = join(folder, 'kept.config.json');
  writeFileSync(file, JSON.stringify(config));
  try {
    const env = { ...process.env, KEPT_CONFIG: file, KEPT_DATA: folder };
    return JSON.parse(
      execFileSync(process.execPath, [MAIN, 'map', '--art30', '--json'], { env, encoding: 'utf8' }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the command adds controller, recipients and regions, and says what is missing', () => {
  const nothing = art30({});
  expect(nothing.controller).toEqual(NOBODY);
  expect(nothing.missing).toEqual([
    expect.stringContaining('controller.name'),
    expect.stringContaining('controller.contact'),
  ]);
  const terms = { retention_days: 0, trains: false, attested_by: 'their contract', until: '2099-12-31' };
  const url = 'https://engine.example/v1';
  const said = art30({
    controller: { name: 'Example University', contact: 'privacy@example.edu' },
    engines: [
      { name: 'near', url, region: 'eu-central', terms },
      { name: 'somewhere', url: 'https://other.example/v1', terms },
    ],
  });
  expect(said.controller).toEqual({ ...NOBODY, name: 'Example University', contact: 'privacy@example.edu' });
  expect(said.missing).toEqual([expect.stringContaining('Where engine somewhere is')]);
  const service = said.activities.find(({ purpose }: { purpose: string }) => purpose === 'provide_service');
  expect(service.recipients).toMatchObject([
    { name: 'engine near', region: 'eu-central' },
    { name: 'engine somewhere', region: null },
  ]);
  const billing = said.activities.find(({ purpose }: { purpose: string }) => purpose === 'billing');
  expect(billing.recipients).toEqual([]);
  expect(billing.time_limits.join()).toContain('26 U.S.C. § 6001');
});
