#!/usr/bin/env node
/**
 * The `kept` command. Roles are loaded alone: the gateway's process reads its own source and nothing else, not even the
 * command line's.
 */

const NODE_MAJOR_MIN = 26;

if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
  process.stderr.write(
    `Kept runs on Node ${NODE_MAJOR_MIN}, this is ${process.versions.node}: use \`npm start\` or \`npx --no kept\`, which bring the right one.\n`,
  );
  process.exit(1);
}

// With these Node prints what goes through pipes, also what a child was not allowed to say: begin again without them.
const { NODE_DEBUG, NODE_DEBUG_NATIVE, ...env } = process.env;
if (NODE_DEBUG !== undefined || NODE_DEBUG_NATIVE !== undefined) {
  process.execve?.(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], env);
}

// PostgreSQL is found by DATABASE_URL alone: its client's own variables could make it log what it is asked.
for (const name of Object.keys(process.env)) if (name.startsWith('PG')) delete process.env[name];

const [role, ...rest] = process.argv.slice(2);
if (rest.length > 0) await import('./processes/command-line.ts');
else if (role === 'gateway') await import('./processes/gateway.ts');
else if (role === 'engine') await import('./processes/engine.ts');
else if (role === 'control') await import('./processes/control.ts');
else await import('./processes/command-line.ts');
