/** The engines: whether they answer, whether their terms still hold, and whether they show prompts to others. */
import type { Config } from '../../config/index.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const ANSWER_MS = 5000;

export async function engineFindings(config: Config): Promise<Finding[]> {
  return (await Promise.all(config.engines.map((engine) => findingsFor(engine)))).flat();
}

async function findingsFor({ name, url, key, terms }: Config['engines'][number]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const models = await ask(`${url}/models`, key);
  findings.push(
    models.status === 200
      ? ok(`engine ${name}`, `${new URL(url).host} answers.`)
      : problem(
          `engine ${name}`,
          `${url}/models ${models.status === 0 ? 'does not answer' : `answers ${models.status}`}.`,
          'Check that it runs, its address and its key.',
        ),
  );
  if (terms !== undefined && terms.until < new Date().toISOString().slice(0, 10)) {
    findings.push(
      problem(
        `engine ${name} terms`,
        `What ${terms.attested_by} attested held until ${terms.until}: no request is sent there any more.`,
        'Have it attested anew, and set "until".',
      ),
    );
  }
  const shown = await promptsShown(new URL(url).origin, key);
  if (shown !== null) findings.push(shown(`engine ${name} prompts`));
  return findings;
}

/** End-points of known engines that show what others are asking. */
async function promptsShown(origin: string, key: string | null): Promise<((name: string) => Finding) | null> {
  const slots = await ask(`${origin}/slots`, key);
  if (slots.status === 200 && slots.text.trimStart().startsWith('[')) {
    return (name) =>
      problem(
        name,
        'llama-server shows running prompts at /slots to whoever reaches it.',
        'Start llama-server with --no-slots.',
      );
  }
  const info = await ask(`${origin}/get_server_info`, key);
  if (info.status === 200 && /"log_requests"\s*:\s*true/.test(info.text)) {
    return (name) =>
      problem(name, 'SGLang writes prompts to its log.', 'Start SGLang without --log-requests.');
  }
  const vllm = await ask(`${origin}/version`, key);
  if (vllm.status === 200) {
    return (name) =>
      warning(
        name,
        'Whether this engine logs prompts cannot be seen from outside.',
        'Start vLLM without --enable-log-requests (older ones: with --disable-log-requests).',
      );
  }
  return null;
}

async function ask(url: string, key: string | null): Promise<{ status: number; text: string }> {
  try {
    const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
    const reply = await fetch(url, { headers, signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error' });
    return { status: reply.status, text: await reply.text() };
  } catch {
    return { status: 0, text: '' };
  }
}
