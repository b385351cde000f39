/** A first request with curl; the key is in the environment. */
import { CodeBlock } from './code-block.tsx';

interface CurlRequestProps {
  readonly apiUrl: string;
  readonly model: string;
  /** What the shell does first, such as setting the key. */
  readonly before?: string;
}

export const CurlRequest = ({ apiUrl, model, before = '' }: CurlRequestProps) => (
  <CodeBlock
    label="A first request with curl"
    code={`${before}curl ${apiUrl}/v1/openai/chat/completions \\
  -H "Authorization: Bearer $KEPT_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Name three rivers."}]}'`}
  />
);
