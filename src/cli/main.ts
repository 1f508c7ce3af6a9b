#!/usr/bin/env node
import { reportFailure, reportStrayFailures } from './exit-status.js';
import { guardTerminal } from './terminal-guard.js';

guardTerminal(process.stdout);
guardTerminal(process.stderr);
reportStrayFailures();
try {
  // Loaded here, so that a system that runs out of file handles over it is told of like any other trouble.
  const { program } = await import('./program.js');
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
