/**
 * Loaded before the program (`node --import`): counts what it asks of the file system and ends the process, as a power
 * failure would, in the middle of the one whose number GROUNDTREND_KILL_AT gives. Of a piece being written half gets
 * through. Without that number the count is left in the file that GROUNDTREND_COUNT_INTO names.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const NAMES = ['open', 'rename', 'link', 'rm', 'mkdir', 'writeFile', 'appendFile', 'truncate'];
const HANDLE_NAMES = ['write', 'writeFile', 'appendFile', 'sync', 'truncate', 'close'];

if (isMainThread) {
  const killAt = Number(process.env.GROUNDTREND_KILL_AT ?? Number.NaN);
  const handle = await fs.promises.open(process.execPath, 'r');
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  let calls = 0;

  const watch = (object, name) => {
    const original = object[name];
    object[name] = function (...args) {
      calls++;
      if (calls === killAt) die(name, this, args);
      return original.apply(this, args);
    };
  };
  for (const name of NAMES) watch(fs.promises, name);
  for (const name of HANDLE_NAMES) watch(prototype, name);
  syncBuiltinESMExports();
  const { GROUNDTREND_COUNT_INTO: countPath } = process.env;
  if (countPath) process.on('exit', () => fs.writeFileSync(countPath, String(calls)));
}

function die(name, target, [bytes, offset = 0, length = bytes?.length, position]) {
  if (name === 'write' && ArrayBuffer.isView(bytes)) {
    fs.writeSync(target.fd, bytes, offset, Math.floor((length - (offset ?? 0)) / 2), position);
  }
  process.kill(process.pid, 'SIGKILL');
}
