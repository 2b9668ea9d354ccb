#!/usr/bin/env node
// The program that `npx cordon` starts, in plain JavaScript: an older Node of the system cannot read cli.ts, and hands
// over to the one that the project brings.
import './compiled.js';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const readsTypeScript = major > 22 || (major === 22 && minor >= 18);

const started = () => {
  const own = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(own)) {
    process.stderr.write(
      `cordon: needs Node 22.18 or later; this is ${process.versions.node}, and the project's own\n` +
        'is not installed. Do: npm ci, in the folder of the project\n',
    );
    process.exitCode = 3;
    return;
  }
  const cli = fileURLToPath(new URL('cli.ts', import.meta.url));
  // a terminal sends its signals to both of us, and a second Ctrl-C means something else than the first
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'])
    process.on(signal, () => {
      if (signal === 'SIGTERM' || !atTerminal) child.kill(signal);
    });
  // heard from the first moment: whoever is ended between start and hearing would leave the other running
  const child = spawn(own, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
  child.on('error', () => {
    process.stderr.write(`cordon: ${own} does not start\n`);
    process.exitCode = 3;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
};

if (readsTypeScript) await import('./cli.ts');
else started();
