/** After each test: nothing was sent to Stripe that is not declared. */
import { afterEach } from 'vitest';
import { demandDeclared } from './stripe-wire.ts';

afterEach(demandDeclared);
