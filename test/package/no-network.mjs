/** Loaded before a program: writes down, and refuses, every connection and every name looked up beyond this machine. */

import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const LOCAL = new Set([undefined, 'localhost', '127.0.0.1', '::1']);
const refuse = (what) => {
  appendFileSync(process.env.GROUNDTREND_ATTEMPTS, `${what}\n`);
  throw new Error(`no network: ${what}`);
};
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof options === 'object' ? options.host : args[1];
  if (typeof options !== 'object' || options.path === undefined)
    if (!LOCAL.has(host)) refuse(`connect ${host}`);
  return connect.apply(this, args);
};
const { lookup } = dns;
dns.lookup = (name, ...rest) => (LOCAL.has(name) ? lookup(name, ...rest) : refuse(`lookup ${name}`));
syncBuiltinESMExports();
