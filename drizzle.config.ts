/** For `drizzle-kit generate`, which writes the next migration from the domains' tables. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/control/*/schema.ts', './src/control/payments/*/schema.ts', './src/store/*/schema.ts'],
  out: './src/store/migrations',
});
