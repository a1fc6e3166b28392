import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** An address that answers nothing at all, not even a refusal: as behind a firewall that drops. */
export interface BlackHole extends AsyncDisposable {
  readonly port: number;
}

/** A listener with the shortest queue, stopped, and its queue filled: the kernel lets further connections wait in vain. */
export async function openBlackHole(host: string): Promise<BlackHole> {
  const script = `const s = require('node:net').createServer().listen({ port: 0, host: '${host}', backlog: 1 }, () => process.stdout.write(s.address().port + '\\n'));`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const port = Number(String(line));
  child.kill('SIGSTOP');
  const sockets: Socket[] = [];
  let waiting = false;
  while (!waiting) {
    const socket = connect(port, host).on('error', () => undefined);
    sockets.push(socket);
    waiting = await Promise.race([once(socket, 'connect').then(() => false), sleep(300, true)]);
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
