/** A browser that keeps cookies and sends forms, and does nothing else: no script, no picture. */
import type { Answer, Eyes } from './eyes.ts';

export class Visitor {
  readonly #eyes: Pick<Eyes, 'page' | 'settings'>;
  readonly #cookies = new Map<string, string>();

  constructor(eyes: Pick<Eyes, 'page' | 'settings'>) {
    this.#eyes = eyes;
  }

  /** Names of what it keeps now. */
  get cookies(): readonly string[] {
    return [...this.#cookies.keys()];
  }

  open(path: string): Promise<Answer> {
    return this.#ask(path, 'GET');
  }

  /** As a form is sent that stands on the site itself. */
  send(path: string, form: Readonly<Record<string, string>>): Promise<Answer> {
    return this.#ask(path, 'POST', new URLSearchParams(form).toString());
  }

  async #ask(path: string, method: 'GET' | 'POST', body?: string): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.#eyes.page(path, {
      method,
      headers: {
        ...(cookie !== '' && { cookie }),
        ...(method === 'POST' && {
          origin: new URL(this.#eyes.settings.siteUrl).origin,
          'content-type': 'application/x-www-form-urlencoded',
        }),
      },
      ...(body !== undefined && { body }),
    });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    return answer;
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '' || /;\s*max-age=0(?:;|$)/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
