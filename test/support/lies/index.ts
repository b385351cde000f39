/** Every behaviour of the lying engine by its name, as requests say it (`play:NAME`). */
import type { Lie } from '../lying-engine.ts';
import { ANSWERS } from './answers.ts';
import { BROKEN } from './broken.ts';
import { ERRORS } from './errors.ts';

export type LieName = keyof typeof ANSWERS | keyof typeof ERRORS | keyof typeof BROKEN;

export const LIES: Readonly<Record<LieName, Lie>> = { ...ANSWERS, ...ERRORS, ...BROKEN };
