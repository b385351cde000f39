/** Looks whether a port can be listened on, before anything starts. */
import net from 'node:net';
import { codeOf, StartError } from '../start-error.ts';

/** Refuses with a sentence that names `variable` when `port` is taken or not allowed. */
export async function requirePort(host: string, port: number, what: string, variable: string): Promise<void> {
  const error = await tryPort(host, port);
  if (error === null) return;
  const code = codeOf(error);
  if (code === 'EADDRINUSE') {
    throw new StartError(
      `Port ${port}, where ${what} should answer, is in use by another program: stop that one, or set ${variable} to a free port.`,
    );
  }
  if (code === 'EACCES') {
    throw new StartError(
      `This user may not listen on port ${port}, where ${what} should answer: set ${variable} to a port above 1023.`,
    );
  }
  throw new StartError(
    `This machine has no address ${host}, where ${what} should answer: set KEPT_HOST to one that it has, such as 127.0.0.1.`,
  );
}

function tryPort(host: string, port: number): Promise<Error | null> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
