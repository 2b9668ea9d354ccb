// A line to a server that can be cut, fall silent or be slow behind so many bytes. It cannot read what passes, and
// need not: where a byte lies in a transfer is a matter of chance.
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface Line extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** bytes that were sent either way, passed on or not */
  readonly passed: number;
  /** Ends every connection at once; new ones may be made. */
  cut(): void;
  /** From now on nothing arrives, and nobody is told so. */
  mute(): void;
}

export interface Fault {
  /** bytes that still pass */
  readonly behind: number;
  readonly how: 'cut' | 'silence';
  /** whose bytes are counted and, in silence, lost; both sides' unless given */
  readonly of?: 'requests' | 'answers';
}

/** @param paceMs how long each piece is on its way */
export const openLine = async (
  to: { readonly host: string; readonly port: number },
  fault: Fault = { behind: Number.POSITIVE_INFINITY, how: 'cut' },
  paceMs = 0,
): Promise<Line> => {
  const sockets = new Set<Socket>();
  let passed = 0;
  let mute = false;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const carry = (from: Socket, on: Socket, side: Fault['of']): void => {
    const counted = fault.of === undefined || fault.of === side;
    let queue = Promise.resolve();
    from.on('data', (piece: Buffer) => {
      const left = counted ? Math.max(0, fault.behind - passed) : piece.length;
      if (counted) passed += piece.length;
      queue = queue.then(async () => {
        if (paceMs > 0) await wait(paceMs);
        if (mute) return;
        on.write(piece.subarray(0, left));
        if (left >= piece.length || fault.how === 'silence') return;
        // what was passed on is to arrive: only then does the line end
        on.end(cut);
      });
    });
  };
  const server = createServer((near) => {
    const far = connect(to.port, to.host);
    for (const socket of [near, far]) {
      sockets.add(socket.setNoDelay(true));
      socket.on('error', () => {});
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    carry(near, far, 'requests');
    carry(far, near, 'answers');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    get passed() {
      return passed;
    },
    cut,
    mute: () => {
      mute = true;
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
