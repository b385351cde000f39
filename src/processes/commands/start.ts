/** `kept start`, and the three roles that it starts. */
import type { Command } from 'commander';
import { type Config, ConfigError, readConfig } from '../../config/index.ts';
import { LettersDamaged, readCatalogues } from '../../control/notices/index.ts';
import { StartError } from '../start-error.ts';
import type { Instance } from '../supervisor/instance.ts';
import { createProgress } from '../supervisor/progress.ts';
import { type Started, startKept } from '../supervisor/start.ts';

/** npm hands a terminal's Ctrl-C on although the terminal has sent it already: two at once are one. */
const SAME_SIGNAL_MS = 500;

export function register(program: Command): void {
  program
    .command('start')
    .description('Starts everything on this machine: database, control and site, engine, gateway.')
    .option(
      '--allow-unconfined',
      'serve although this system lacks the walls that keep the gateway from writing',
    )
    .action(start);
  for (const role of ['gateway', 'engine', 'control']) {
    program
      .command(role)
      .description(
        `The ${role} alone, as \`kept start\` runs it: its settings come as one JSON line on standard input.`,
      );
  }
}

async function start(options: { allowUnconfined?: true }): Promise<void> {
  const stopping = new AbortController();
  const hurry = new AbortController();
  let started: Started | null = null;
  let firstAt = 0;
  const onSignal = () => {
    if (firstAt === 0) {
      firstAt = Date.now();
      process.stdout.write(
        'Stopping: streams may finish for 30 seconds. Press Ctrl-C again to stop at once.\n',
      );
      stopping.abort();
      if (started !== null) void started.stop(hurry.signal).then(() => process.exit(0));
    } else if (Date.now() - firstAt > SAME_SIGNAL_MS) hurry.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
  try {
    const config = withOptions(readConfig(process.env, process.cwd()), options);
    readCatalogues();
    process.stdout.write(`Kept starts on ${config.dataFolder}\n`);
    started = await startKept(config, createProgress(process.stdout), stopping.signal);
    if (stopping.signal.aborted) await started.stop(hurry.signal).then(() => process.exit(0));
    welcome(started.instance, config);
  } catch (error) {
    if (stopping.signal.aborted) process.exit(0);
    const isForeseen =
      error instanceof StartError || error instanceof ConfigError || error instanceof LettersDamaged;
    if (!isForeseen) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

const withOptions = (config: Config, options: { allowUnconfined?: true }): Config =>
  options.allowUnconfined ? { ...config, allowUnconfined: true } : config;

function welcome(instance: Instance, config: Config): void {
  const lines = [
    '',
    `  Site  ${instance.siteUrl}`,
    `  API   ${instance.apiUrl}/v1/openai   metrics: http://127.0.0.1:${instance.metricsPort}/metrics`,
    '',
    '  npx --no kept ask                                  asks the model from this terminal',
    '  npx --no kept account create --email E --name N    makes an account',
    '  npx --no kept doctor                               checks this set-up and says what to do',
    '',
  ];
  if (config.mail.smtpUrl === null)
    lines.push(
      '  No mail server is set (SMTP_URL): mails stay here, and npx --no kept mail list shows them.',
      '',
    );
  if (config.billing !== 'prepaid' && config.signUp.mode === 'open')
    lines.push(
      `  Anybody may sign up (sign_up)${config.billing === 'off' ? '' : ', needs no credit (billing),'} and has no budget until you set one:`,
      '  npx --no kept account limits --account E --tokens-day N',
      '',
    );
  if (config.allowUnconfined)
    lines.push('  The gateway serves even where its walls are missing (--allow-unconfined).', '');
  process.stdout.write(`${lines.join('\n')}\n`);
}
