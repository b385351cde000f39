/** The files of the evidence, one after the other. */
import { readBindings, readClauses, readMutations } from '../../control/policy/index.ts';
import type { Evidence } from '../../control/verification/evidence.ts';
import { ENTRY_KINDS } from '../../record/commitment.ts';
import { describeMap } from '../../store/map/describe.ts';
import type { ProcessingRecord } from '../../store/map/processing.ts';
import type { MapEntry } from '../../store/map/table.ts';
import { CHECKS } from '../../verify/checks/index.ts';
import { dpiaOf } from './dpia.ts';
import { assessmentResults, componentDefinition, systemSecurityPlan } from './oscal.ts';
import { gapsOf, populationsOf } from './populations.ts';

export interface EvidenceParts {
  readonly evidence: Evidence;
  readonly dataMap: readonly MapEntry[];
  readonly processing: ProcessingRecord;
  readonly release: string;
  readonly operator: string;
  readonly sample: { readonly size: number; readonly seed: string };
  /** ISO. */
  readonly at: string;
}

export function evidenceFiles(parts: EvidenceParts): ReadonlyMap<string, string> {
  const { evidence, dataMap, processing, sample, at } = parts;
  const bindings = readBindings();
  const promises = new Map(readClauses('prepaid').map(({ id, promise }) => [id, promise]));
  const oscal = { ...parts, bindings, promises };
  const populations = populationsOf(evidence, ENTRY_KINDS, sample);
  const gaps = gapsOf(
    evidence,
    CHECKS.map(({ id }) => id),
    at,
  );
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return new Map([
    ['README.txt', readmeOf(parts, gaps.length)],
    ['oscal/component-definition.json', json(componentDefinition(oscal))],
    ['oscal/system-security-plan.json', json(systemSecurityPlan(oscal))],
    ['oscal/assessment-results.json', json(assessmentResults(oscal))],
    ['bindings.json', json(bindings)],
    ['mutations.json', json(readMutations())],
    ['standing.json', json(evidence.standing)],
    ['observations.json', json(evidence.observations)],
    ['gaps.json', json(gaps)],
    ['attestations.json', json(evidence.attestations)],
    ['populations.json', json({ from: evidence.from, to: evidence.to, sample, populations })],
    ['data-map.json', json(describeMap(dataMap))],
    ['processing.json', json(processing)],
    ['dpia.md', dpiaOf(processing)],
    ['record/checkpoint', evidence.record.checkpoint ?? ''],
    ['record/verifier-key', `${evidence.record.verifierKey}\n`],
  ]);
}

const readmeOf = ({ evidence, release, at, sample }: EvidenceParts, gaps: number): string =>
  [
    `Evidence of ${evidence.from} to ${evidence.to}, made at ${at} by source ${release}.`,
    '',
    'oscal/             OSCAL 1.2: what the software brings to criteria, the skeleton of a plan, what was seen',
    'standing.json      how each clause of the policy stands now',
    'observations.json  what each check saw, a row for as long as it stayed the same; kept for 25 months',
    `gaps.json          ${gaps} times in which a check did not look: nothing is claimed of them`,
    'attestations.json  what no program sees, and who answers for it',
    'populations.json   every act of the period by its kind, with its count and a sample',
    'bindings.json      clause by clause: controls in the source, tests, criteria',
    'mutations.json     how the checks were tried',
    'data-map.json      every column: class, purposes, source, retention',
    'processing.json    the record of processing activities (GDPR Art. 30(1))',
    'dpia.md            an impact assessment, as far as the map can fill it (GDPR Art. 35(7))',
    'record/            the newest checkpoint and the key that its signature is checked with',
    '',
    `Samples: ${sample.size} of each kind with the seed "${sample.seed}". An act is in it by the SHA-256 of seed, line feed and id, the least first.`,
    'Nobody is named here. An act’s id leads to its entry; only the person whom it is about has what opens it.',
    '',
  ].join('\n');
