/**
 * OSCAL 1.2 (NIST): what this software brings to each criterion, the skeleton of a system security plan, and what was seen in a
 * period as assessment results. Pure. A test has them read by another's implementation of the models.
 */
import type { Bindings } from '../../control/policy/index.ts';
import type { Evidence } from '../../control/verification/evidence.ts';
import type { ClauseStanding } from '../../control/verification/index.ts';
import { CRITERIA_LISTS } from '../policy-check/criteria.ts';
import { controlIdOf, uuidOf } from './ids.ts';

const OSCAL_VERSION = '1.2.1';
const PROPS = 'urn:kept:oscal';
const SOFTWARE = uuidOf('component kept');

export interface OscalParts {
  readonly evidence: Evidence;
  readonly bindings: Bindings;
  /** What each clause promises, in a sentence. */
  readonly promises: ReadonlyMap<string, string>;
  readonly release: string;
  readonly operator: string;
  /** ISO. */
  readonly at: string;
}

const metadata = (title: string, { at, release }: OscalParts) => ({
  title,
  'last-modified': at,
  version: release,
  'oscal-version': OSCAL_VERSION,
});

const prop = (name: string, value: string) => ({ name, value, ns: PROPS });

/** Criteria of one list, with the clauses that bear on each. */
function requirementsOf(parts: OscalParts, list: string) {
  const clauses = Object.entries(parts.bindings);
  const criteria = [
    ...new Set(clauses.flatMap(([, { criteria: all }]) => all.filter((each) => each.startsWith(`${list} `)))),
  ].sort((one, two) => one.localeCompare(two, 'en', { numeric: true }));
  return criteria.map((criterion) => {
    const its = clauses.filter(([, { criteria: all }]) => all.includes(criterion));
    return {
      criterion,
      uuid: uuidOf(`requirement ${criterion}`),
      'control-id': controlIdOf(criterion),
      description: its.map(([id]) => `${id}: ${parts.promises.get(id) ?? ''}`).join('\n'),
      props: its.flatMap(([id, { controls }]) => [
        prop('clause', id),
        ...controls.map((control) => prop('control', control)),
      ]),
    };
  });
}

export const componentDefinition = (parts: OscalParts) => ({
  'component-definition': {
    uuid: uuidOf(`component-definition ${parts.release}`),
    metadata: metadata('What Kept brings to criteria of others', parts),
    components: [
      {
        uuid: SOFTWARE,
        type: 'software',
        title: 'Kept',
        description: 'An AI inference cloud that its operator hosts, and that keeps its own privacy policy.',
        'control-implementations': CRITERIA_LISTS.map(({ name, title }) => ({
          uuid: uuidOf(`list ${name}`),
          source: `urn:kept:criteria:${name.toLowerCase()}`,
          description: title,
          'implemented-requirements': requirementsOf(parts, name).map(({ criterion: _, ...each }) => each),
        })),
      },
    ],
  },
});

/** What the operator still has to write is said in its place. */
const TO_WRITE = 'For the operator to write.';

export const systemSecurityPlan = (parts: OscalParts) => ({
  'system-security-plan': {
    uuid: uuidOf(`system-security-plan ${parts.operator}`),
    metadata: metadata(`System security plan of ${parts.operator} (skeleton)`, parts),
    'import-profile': { href: 'urn:kept:criteria' },
    'system-characteristics': {
      'system-ids': [{ id: uuidOf(`system ${parts.operator}`) }],
      'system-name': `${parts.operator}: Kept`,
      description: `An AI inference cloud. ${TO_WRITE}`,
      'system-information': {
        'information-types': [
          {
            uuid: uuidOf('information personal'),
            title: 'Personal data of customers and of whoever writes to us',
            description: 'Every column, with class, purposes and retention: data-map.json.',
          },
          {
            uuid: uuidOf('information content'),
            title: 'Prompts and answers',
            description: 'In memory while a request is answered; stored nowhere (INFER-1).',
          },
        ],
      },
      status: { state: 'operational' },
      'authorization-boundary': { description: `Gateway, engine, control, database. ${TO_WRITE}` },
    },
    'system-implementation': {
      users: [{ uuid: uuidOf('user staff'), title: 'Staff', description: TO_WRITE }],
      components: [
        {
          uuid: SOFTWARE,
          type: 'software',
          title: 'Kept',
          description: 'See component-definition.json.',
          status: { state: 'operational' },
        },
      ],
    },
    'control-implementation': {
      description: 'By component-definition.json; what it does not name is for the operator to write.',
      'implemented-requirements': CRITERIA_LISTS.flatMap(({ name }) =>
        requirementsOf(parts, name).map((each) => ({
          uuid: uuidOf(`plan ${each.criterion}`),
          'control-id': each['control-id'],
          'by-components': [
            {
              'component-uuid': SOFTWARE,
              uuid: uuidOf(`by-component ${each.criterion}`),
              description: each.description,
            },
          ],
        })),
      ),
    },
  },
});

export function assessmentResults(parts: OscalParts) {
  const { evidence, at } = parts;
  const { standing, from, to, observations } = evidence;
  return {
    'assessment-results': {
      uuid: uuidOf(`assessment-results ${from} ${to} ${at}`),
      metadata: metadata(`What was seen from ${from} to ${to}`, parts),
      'import-ap': { href: 'urn:kept:checks' },
      results: [
        {
          uuid: uuidOf(`result ${from} ${to} ${at}`),
          title: 'Looks of the running system at itself',
          description:
            'Checks look at the running system by themselves; each observation is a time for which what they saw stayed the same.',
          start: `${from}T00:00:00Z`,
          end: at < `${to}T23:59:59Z` ? at : `${to}T23:59:59Z`,
          'reviewed-controls': { 'control-selections': [{ 'include-all': {} }] },
          ...(observations.length > 0 && {
            observations: observations.map((each) => ({
              uuid: uuidOf(`observation ${each.check} ${each.since}`),
              title: each.check,
              description: each.observed,
              props: [prop('verdict', each.verdict), prop('looks', String(each.looks))],
              methods: [each.verdict === 'attested' ? 'INTERVIEW' : 'TEST'],
              types: ['control-objective'],
              collected: each.since,
              expires: each.until,
            })),
          }),
          findings: standing.clauses.map((clause) => findingOf(parts, clause)),
        },
      ],
    },
  };
}

function findingOf({ evidence, promises }: OscalParts, { id, verdict, reason, checks }: ClauseStanding) {
  const mine = new Set(checks.map((check) => check.id));
  const related = evidence.observations
    .filter(({ check }) => mine.has(check))
    .map(({ check, since }) => ({ 'observation-uuid': uuidOf(`observation ${check} ${since}`) }));
  return {
    uuid: uuidOf(`finding ${id}`),
    title: id,
    description: promises.get(id) ?? id,
    target: {
      type: 'objective-id',
      'target-id': id.toLowerCase(),
      status: {
        state: verdict === 'kept' || verdict === 'attested' ? 'satisfied' : 'not-satisfied',
        reason:
          verdict === null ? 'other' : verdict === 'broken' ? 'fail' : verdict === 'kept' ? 'pass' : 'other',
        remarks: `${verdict ?? 'not looked at'}: ${reason}`,
      },
    },
    ...(related.length > 0 && { 'related-observations': related }),
  };
}
