import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arbitrary } from 'fast-check';
import { readRegions } from '../../../src/areas/regions/read-regions.js';
import { formatLabelEntry, LABEL_LOG_HEADER, parseLabelLog } from '../../../src/evaluate/label-log.js';
import { readAddressList } from '../../../src/fetch/address-list.js';
import { type Manifest, openJob, requireShard, resultTableOf } from '../../../src/shards/manifest.js';
import { parseLabelFile } from '../../../src/train/label-file.js';
import { readingsOf } from '../../../src/train/readings.js';
import { splitPlainly } from '../../reference/split-plainly.js';
import { mutateText, ODD_CELLS, ODD_TEXTS } from '../mutate-text.js';
import { type FuzzTarget, WrongValue } from '../target.js';

const CELL_MARKS = [',', ';', '\t', '"', '\n', '""', ' '];
const CLASS_WORDS = [
  'Stable',
  'linear',
  'PUE',
  'Other',
  '0',
  '4',
  'label',
  'pid',
  'file',
  ...ODD_TEXTS,
  ...ODD_CELLS,
];
const JSON_MARKS = ['{', '}', '[', ']', ',', ':', '"', '\\', '\n'];

interface TextTarget {
  readonly name: string;
  readonly share: number;
  readonly texts: Arbitrary<string>;
  /** Throws a refusal, or `WrongValue` where what was taken is not what the text says. */
  readonly check: (text: string, folder: string) => void | Promise<void>;
}

function textTarget({ name, share, texts, check }: TextTarget): FuzzTarget {
  const file = `${name}.txt`;
  return {
    name,
    share,
    prepare: async () => ({
      inputs: texts.map((text) => ({ files: { [file]: new TextEncoder().encode(text) } })),
      check: async ({ files }, folder) => check(new TextDecoder().decode(files[file]), folder),
    }),
  };
}

const LABELS = [
  'pid,label,annotator,note\nP1,Linear,ann,\nP2,PUE,ann,"jump, 2021"\nP3,Stable,bob,\n',
  'id;class;file\r\nP1;Linear;a.csv\r\nP2;"Bilinear";b.csv\r\n',
  'pid\tlabel_1\tlabel_2\nP1\tLinear\tStable\n',
];

const labels = textTarget({
  name: 'label-file',
  share: 4,
  texts: mutateText(LABELS, CELL_MARKS, CLASS_WORDS),
  check(text) {
    const { rows } = parseLabelFile(text, 'labels.csv');
    const [titles, ...lines] = splitPlainly(text);
    const find = (...names: string[]) => {
      const found = names.map((name) => titles.cells.indexOf(name)).filter((at) => at >= 0);
      return found.length > 0 ? found[0] : -1;
    };
    const lower = titles.cells.map((title) => title.toLowerCase());
    const label =
      ['label', 'class', 'label_1'].map((name) => lower.indexOf(name)).find((at) => at >= 0) ?? find();
    const pid = lower.findIndex((title) => ['pid', 'id', 'point', 'point_id', 'code'].includes(title));
    const wanted = lines.map(({ cells, line }) => `${line} ${cells[pid]} ${cells[label]}`);
    const ours = rows.map((row) => `${row.line} ${row.pid} ${row.label}`);
    if (ours.join('\n') !== wanted.join('\n')) throw new WrongValue(`${ours}, not ${wanted}`);
    if (lines.some(({ cells }) => cells.length > titles.cells.length)) {
      throw new WrongValue('takes a line with more cells than titles');
    }
  },
});

const LOG = `${LABEL_LOG_HEADER}\nP1,Linear,ann,2024-05-06T07:08:09Z,\nP2,PUE,ann,2024-05-06T07:08:10Z,"a, ""b"""\nP1,,ann,2024-05-06T08:08:09Z,\n`;

const labelLog = textTarget({
  name: 'label-log',
  share: 4,
  texts: mutateText([LOG], CELL_MARKS, [
    ...CLASS_WORDS,
    '2024-05-06T07:08:09Z',
    '2024-02-30',
    LABEL_LOG_HEADER,
  ]),
  check(text) {
    const entries = parseLabelLog(text, 'labels.csv');
    // A last line without its end was cut off by a crash.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const wanted = splitPlainly(whole, ',').slice(1);
    const ours = entries.map(({ pid, label, annotator, date, note }) => [pid, label, annotator, date, note]);
    if (JSON.stringify(ours) !== JSON.stringify(wanted.map(({ cells }) => cells))) {
      throw new WrongValue(`${JSON.stringify(ours)}, not ${JSON.stringify(wanted)}`);
    }
    const again = `${LABEL_LOG_HEADER}\n${entries.map(formatLabelEntry).join('')}`;
    if (JSON.stringify(parseLabelLog(again, 'x')) !== JSON.stringify(entries)) {
      throw new WrongValue('what is written is not what is read');
    }
  },
});

const readings = textTarget({
  name: 'readings',
  share: 3,
  texts: mutateText(
    [
      'file,pid,label_1,label_2,note\na/b.csv,P1,Linear,Stable,x\na/b.csv,P2,PUE,Other,\nc.csv,P1,Stable,Stable,\n',
    ],
    [',', '\n', '"', '\r\n'],
    CLASS_WORDS,
  ),
  check(text) {
    const found = readingsOf(parseLabelFile(text, 'readings.csv'));
    const names = new Set(found.map(({ file, pid }) => `${file}\n${pid}`));
    if (names.size < found.length) throw new WrongValue('takes one series twice');
    if (found.some(({ file, pid }) => file === '' || pid === ''))
      throw new WrongValue('takes a nameless series');
    const lines = splitPlainly(text).slice(1);
    if (lines.length !== found.length)
      throw new WrongValue(`${found.length} readings of ${lines.length} lines`);
  },
});

const addresses = textTarget({
  name: 'address-list',
  share: 3,
  texts: mutateText(
    [
      '# list\nhttps://egms.example/files/EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip?id=1\nhttp://a.example/b/c%20d.zip\n\n',
    ],
    ['/', '..', '%2e%2e%2f', '%00', '\\', '?', '#', '@', ':', '\n', '%', '//', 'file://', 'CON', '.', ' '],
    [
      ...ODD_TEXTS,
      'https://user:secret@host/x.zip',
      'ftp://a/b',
      'https://a/..%2f..%2fetc%2fpasswd',
      'nul.zip',
    ],
  ),
  check(text) {
    const downloads = readAddressList(text, 'list.txt');
    for (const { address, fileName } of downloads) {
      const isSafe = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(fileName) && !/\.$/.test(fileName);
      if (!isSafe || fileName.length > 200) throw new WrongValue(`would write ${JSON.stringify(fileName)}`);
      if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(fileName))
        throw new WrongValue(`${fileName} is a device`);
      if (!['http:', 'https:'].includes(address.protocol))
        throw new WrongValue(`would ask ${address.protocol}`);
    }
    const names = new Set(downloads.map(({ fileName }) => fileName.toLowerCase()));
    if (names.size < downloads.length) throw new WrongValue('two downloads become one file');
  },
});

const REGIONS = JSON.stringify({
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      properties: { name: 'a' },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [13, 38],
            [13.1, 38],
            [13.1, 38.1],
            [13, 38],
          ],
        ],
      },
    },
    {
      type: 'Feature',
      properties: null,
      geometry: {
        type: 'MultiPolygon',
        coordinates: [
          [
            [
              [13, 38],
              [13.1, 38],
              [13.1, 38.1],
              [13, 38],
            ],
          ],
        ],
      },
    },
    {
      type: 'Feature',
      properties: {},
      geometry: {
        type: 'LineString',
        coordinates: [
          [13, 38],
          [13.1, 38],
        ],
      },
    },
    {
      type: 'Feature',
      properties: {},
      geometry: {
        type: 'MultiLineString',
        coordinates: [
          [
            [13, 38, 5],
            [13.1, 38],
          ],
        ],
      },
    },
  ],
});

const regions = textTarget({
  name: 'regions',
  share: 4,
  texts: mutateText([REGIONS], JSON_MARKS, [
    'null',
    '"13"',
    '1e400',
    '[]',
    '[13,38]',
    '[[13,38]]',
    '{}',
    'true',
    '-0',
    '181',
    '"Polygon"',
    '"LineString"',
    '"constructor"',
    '"__proto__"',
    `${'['.repeat(3000)}1${']'.repeat(3000)}`,
    '{"a":1}',
  ]),
  check(text) {
    const found = readRegions(text, 'regions.geojson');
    const parsed = JSON.parse(text) as { features?: { geometry: { type: string; coordinates: unknown } }[] };
    const features = parsed.features ?? [parsed as never];
    if (found.length !== features.length)
      throw new WrongValue(`${found.length} of ${features.length} regions`);
    found.forEach(({ name, shape }, index) => {
      const { type, coordinates } = features[index].geometry;
      const isPart = type === 'Polygon' || type === 'LineString';
      const wanted = JSON.stringify(isPart ? [coordinates] : coordinates);
      if (JSON.stringify(shape.coordinates) !== wanted)
        throw new WrongValue(`region ${index} has other corners`);
      if (typeof name !== 'string' || name === '') throw new WrongValue(`region ${index} has no name`);
      const depth = shape.type === 'MultiPolygon' ? 3 : 2;
      const corners = (shape.coordinates as unknown[]).flat(depth - 1) as unknown[];
      for (const corner of corners) {
        const isCorner = Array.isArray(corner) && corner.every((value) => typeof value === 'number');
        if (!isCorner || corner.length < 2) throw new WrongValue(`a corner is ${JSON.stringify(corner)}`);
      }
    });
  },
});

const HASH = 'a'.repeat(64);
const MANIFEST = JSON.stringify({
  formatVersion: 1,
  software: '0.1.0',
  inputs: [{ path: '../points.csv', bytes: 2143, sha256: HASH, sampleSha256: HASH }],
  datasets: [
    {
      input: 0,
      position: 0,
      name: 'points.csv',
      format: 'delimited text',
      days: [18264, 18270, 18276],
      noise: { whiteShare: 0.6, exponentials: [{ share: 0.4, days: 60 }], quietPoints: 12 },
      references: [[0, 0.5, 1.25]],
    },
  ],
  model: { name: 'test-tree', fingerprint: 'test-tree 1', classes: ['Stable', 'Linear'] },
  options: {
    keepSeries: true,
    describe: 'full',
    repair: true,
    sieve: true,
    prior: 'balanced',
    isPriorEstimated: false,
    materialMm: 5,
    wavelengthMm: 55.4,
  },
  table: {
    layer: 'points',
    fields: [{ name: 'pid', type: 'text' }],
    series: [18264, 18270],
    metadata: { model: 'x' },
    attributes: [{ name: 'height', kind: 'number' }],
  },
  shards: [{ bytes: 2000, slices: [{ dataset: 0, rows: { start: 10, end: 2000, firstLine: 2 } }] }],
} satisfies Manifest);

const manifest = textTarget({
  name: 'manifest',
  share: 3,
  texts: mutateText([MANIFEST], JSON_MARKS, [
    'null',
    '-1',
    '1e99',
    '0.5',
    '"x"',
    '[]',
    '{}',
    '99',
    '"__proto__"',
    '"full"',
    'true',
    '9007199254740993',
  ]),
  async check(text, folder) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'manifest.json'), text);
    const job = await openJob(folder, '0.1.0');
    resultTableOf(job.manifest);
    job.manifest.shards.forEach((_, shard) => {
      for (const { dataset, rows } of requireShard(job, shard).slices) {
        const known = job.manifest.datasets[dataset];
        if (known === undefined || job.manifest.inputs[known.input] === undefined) {
          throw new WrongValue(`shard ${shard} reads a dataset that is not there`);
        }
        if (rows !== undefined && rows.end < rows.start) throw new WrongValue('rows end before they start');
      }
    });
    const parsed = JSON.parse(text) as Record<string, unknown>;
    for (const key of ['inputs', 'shards', 'datasets'] as const) {
      const [ours, theirs] = [job.manifest[key], parsed[key]] as [unknown[], unknown[]];
      if (ours.length !== theirs.length) throw new WrongValue(`${key} are not those of the file`);
    }
  },
});

export const TEXTS: readonly FuzzTarget[] = [labels, labelLog, readings, addresses, regions, manifest];
