/** Names of the fields of the register's forms; boxes are named by the list that they are of. */
import { CLASSES, GROUPS, NATURES, wordsOf } from './words.ts';

export const FACT_FIELDS: readonly string[] = [
  'aware',
  'happened',
  ...wordsOf(NATURES).map((word) => `nature_${word}`),
  ...wordsOf(GROUPS).map((word) => `group_${word}`),
  'places',
  'records',
  ...Object.keys(CLASSES).map((word) => `class_${word}`),
  'readable',
  'risk',
  'risk_why',
  'consequences',
  'measures',
  'advice',
  'contact',
  'affected',
  'named',
];

export const STEP_FIELDS: readonly string[] = [
  'do',
  'of',
  'what',
  'notice',
  'duty',
  'phase',
  'on',
  'reference',
  'late',
  'words',
];
