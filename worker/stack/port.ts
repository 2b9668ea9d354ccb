// Free ports below Linux's ephemeral range (32768 and up): a server that restarts on its port must not find it
// taken by an outgoing connection, and a client that dials a closed ephemeral port can end up talking to itself.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Free on 127.0.0.1 at this moment: whoever binds it still has to try again when another run was quicker. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < 200; tries++) {
    const port = randomInt(15_000, 32_000);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port between 15000 and 32000 on 127.0.0.1');
};

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
