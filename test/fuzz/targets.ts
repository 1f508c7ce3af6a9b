import type { FuzzTarget } from './target.js';
import { BINARIES } from './targets/binaries.js';
import { datedRows } from './targets/dated-rows.js';
import { delimited } from './targets/delimited.js';
import { model } from './targets/model.js';
import { READERS } from './targets/readers.js';
import { server } from './targets/server.js';
import { TEXTS } from './targets/texts.js';
import { zip } from './targets/zip.js';

/** Everything that takes bytes from elsewhere: to try another reader, write its line in `READERS`. */
export const TARGETS: readonly FuzzTarget[] = [
  delimited,
  datedRows,
  zip,
  ...READERS,
  ...BINARIES,
  ...TEXTS,
  model,
  server,
];
