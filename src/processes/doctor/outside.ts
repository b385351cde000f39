/** What the world sees: the public addresses from outside in, and how long the certificate lasts. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '../../config/index.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

const ANSWER_MS = 5000;
const DAY_MS = 86_400_000;
const CERTIFICATE_DAYS_MIN = 14;

export async function outsideFindings(config: Config): Promise<Finding[]> {
  const found = await Promise.all([
    address('site address', config.siteUrl, 'KEPT_SITE_URL'),
    address('API address', config.apiUrl, 'KEPT_API_URL'),
  ]);
  return [...found, ...(config.tls === null ? [] : [certificate(config.tls.cert)])];
}

async function address(name: string, url: string, variable: string): Promise<Finding> {
  try {
    const reply = await fetch(`${url}/healthz`, {
      signal: AbortSignal.timeout(ANSWER_MS),
      redirect: 'manual',
    });
    if (reply.status === 200) return ok(name, `${url} answers.`);
    return problem(
      name,
      `${url}/healthz answers ${reply.status}.`,
      `Let the proxy hand every path on to Kept, or correct ${variable}.`,
    );
  } catch {
    return problem(
      name,
      `${url} does not answer from this machine.`,
      `Check that Kept runs, the proxy before it and the name's address, or correct ${variable}.`,
    );
  }
}

function certificate(file: string): Finding {
  try {
    const until = new X509Certificate(readFileSync(file)).validToDate;
    const days = Math.floor((until.getTime() - Date.now()) / DAY_MS);
    const message = `It holds until ${until.toISOString().slice(0, 10)}.`;
    if (days < 0) return problem('certificate', message, 'Renew it; the gateway reads it again by itself.');
    if (days < CERTIFICATE_DAYS_MIN)
      return warning('certificate', message, 'Renew it soon; the gateway reads it again by itself.');
    return ok('certificate', message);
  } catch {
    return problem(
      'certificate',
      `${file} cannot be read as a certificate.`,
      'Correct "api.tls" in the configuration.',
    );
  }
}
