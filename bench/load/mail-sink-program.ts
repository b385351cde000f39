/** A mail server in a process of its own that takes everything and keeps nothing; prints its address, then ends with its input. */
import { startSink } from '../../test/mail/readers.ts';

const sink = await startSink();
process.stdout.write(`${sink.url}\n`);
process.stdin.resume().once('end', () => process.exit(0));
