/** `kept doctor`: looks at this machine and the running instance, and says what to do. */
import type { Command } from 'commander';
import { ConfigError, readConfig } from '../../config/index.ts';
import { backupFindings } from '../doctor/backups.ts';
import { damageFindings } from '../doctor/damage.ts';
import { engineFindings } from '../doctor/engines.ts';
import { exposureFindings } from '../doctor/exposure.ts';
import { type Finding, problem, warning } from '../doctor/finding.ts';
import { hardeningLine } from '../doctor/hardening.ts';
import { machineFindings } from '../doctor/machine.ts';
import { mailFindings } from '../doctor/mail.ts';
import { outsideFindings } from '../doctor/outside.ts';
import { processFindings } from '../doctor/processes.ts';
import { beforeStartFindings, stateFindings } from '../doctor/state.ts';
import type { Instance } from '../supervisor/instance.ts';
import { action, print, withJson } from './print.ts';
import { findInstance } from './running.ts';

const MARKS = { ok: 'ok      ', warning: 'warning ', problem: 'PROBLEM ' } as const;

export function register(program: Command): void {
  const doctor = program
    .command('doctor')
    .description(
      'Looks at this machine and the running instance, and says what to do. Ends with 1 when something is wrong.',
    );
  withJson(doctor).action(action(examine));
}

async function examine(options: { json?: boolean }): Promise<void> {
  const instance = findInstance();
  const findings = await allFindings(instance);
  const broken = findings.some((finding) => finding.state === 'problem');
  const running =
    instance === null
      ? null
      : { pid: instance.pid, metrics_port: instance.metricsPort, processes: instance.processes };
  const checks = findings.map((each) => ({ ...each, hardening: hardeningLine(each) }));
  const answer = { running: running !== null, ...running, checks };
  print(options.json, answer, findings.map(line));
  if (broken) process.exitCode = 1;
}

async function allFindings(instance: Instance | null): Promise<Finding[]> {
  try {
    const config = readConfig(process.env, process.cwd());
    const unconfined = config.allowUnconfined
      ? [warning('configuration', 'The gateway may serve without its walls.', 'Remove "allow_unconfined".')]
      : [];
    const here = instance === null ? beforeStartFindings(config) : ofInstance(instance, config);
    return [
      ...machineFindings(config),
      ...unconfined,
      ...(await exposureFindings(config, instance)),
      ...(await backupFindings(config)),
      ...(await here),
      ...(await engineFindings(config)),
      ...(await mailFindings(config)),
    ];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [problem('configuration', error.message, 'Correct it as the sentence says.')];
  }
}

async function ofInstance(instance: Instance, config: ReturnType<typeof readConfig>): Promise<Finding[]> {
  const parts = [stateFindings(config), damageFindings(), processFindings(instance), outsideFindings(config)];
  return (await Promise.all(parts)).flat();
}

function line(finding: Finding): string {
  const { name, state, message, todo } = finding;
  const at = hardeningLine(finding);
  const page = at === null ? '' : ` [hardening ${at}]`;
  return `${MARKS[state]}${name}: ${message}${page}${todo === null ? '' : `\n          → ${todo}`}`;
}
