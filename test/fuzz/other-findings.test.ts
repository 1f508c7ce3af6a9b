/** What fuzzing has found beside the readers of series: models, labels, regions, addresses, parts of a job. */
import { describe, expect, it } from 'vitest';
import { readRegions } from '../../src/areas/regions/read-regions.js';
import { loadClassifier } from '../../src/classify/load-classifier.node.js';
import { parseLabelLog } from '../../src/evaluate/label-log.js';
import { readAddressList } from '../../src/fetch/address-list.js';
import { createPaperCnn } from '../../src/network/architectures/paper-cnn.js';
import { encodeModelFile, type ModelCard } from '../../src/network/model-file.js';
import { initialiseParameters } from '../../src/network/parameters.js';
import { surveyArchitecture } from '../../src/network/trunk.js';
import { createRandom } from '../../src/random.js';
import { createEpochAxis } from '../../src/series/epoch-axis.js';
import { decodeRows, encodeRows, FRAME_HEAD_BYTES } from '../../src/shards/part-format.js';
import { parseLabelFile } from '../../src/train/label-file.js';
import { readingsOf } from '../../src/train/readings.js';

describe('models', () => {
  it('whose sums overflow are refused, and give no class', async () => {
    const architecture = createPaperCnn('paper-b', 60);
    const card: ModelCard = {
      formatVersion: 1,
      name: 'overflow',
      architecture: { name: architecture.name, options: architecture.options },
      classes: ['Stable', 'Linear', 'Quadratic', 'Bilinear', 'PUE'],
      inputs: { kind: 'fixed', epochs: 60 },
      preprocessing: { name: 'series', options: {} },
      calibration: {},
      training: { dataHash: 'a1', splitHash: 'b2', seed: 7, versions: {} },
    };
    const parameters = initialiseParameters(surveyArchitecture(architecture), createRandom(4)).fill(3e37);
    const bytes = encodeModelFile(card, parameters);
    const classifier = await loadClassifier(bytes, { materialMm: 5, cycleMm: 27.7 });
    const axis = createEpochAxis(Array.from({ length: 60 }, (_, i) => 18_264 + 12 * i));
    const bound = await classifier.bind(axis);
    const series = Float32Array.from({ length: 60 }, (_, i) => i);
    await expect(bound.classify(series, 1)).rejects.toMatchObject({
      code: 'model',
      message: expect.stringMatching(/gives no probabilities/),
    });
    await bound.dispose();
  });
});

describe('label files', () => {
  it.each([
    ['pid,label\nP1,Linear,Stable\n', /not as many cells/],
    ['pid,label,label\nP1,Linear,Stable\n', /Two columns are called label/],
  ])('%j is refused', (text, why) => {
    expect(() => parseLabelFile(text, 'f')).toThrow(why);
  });

  it('of the log lose nothing behind a quote', () => {
    const log = 'pid,label,annotator,date,note\n"P1"x,Linear,ann,2024-05-06T07:08:09Z,\n';
    expect(() => parseLabelLog(log, 'f')).toThrow(/quote is not closed, or text follows it/);
  });

  it('of readings name a series once', () => {
    const head = 'file,pid,label_1\n';
    const table = parseLabelFile(`${head}a,P1,Linear\na,P1,Stable\n`, 'f');
    expect(() => readingsOf(table)).toThrow(/came before/);
  });
});

describe('regions', () => {
  const region = (type: string, coordinates: unknown) =>
    JSON.stringify({ type: 'Feature', properties: null, geometry: { type, coordinates } });
  const ring = [
    [13, 38],
    [14, 38],
    [14, 39],
    [13, 38],
  ];

  it.each([
    ['a ring where rings are due', region('Polygon', ring)],
    ['rings where a ring is due', region('LineString', [ring])],
    [
      'texts for numbers',
      region('LineString', [
        ['13', '38'],
        ['14', '38'],
      ]),
    ],
    [
      'nothing for a number',
      region('LineString', [
        [null, 38],
        [14, 38],
      ]),
    ],
    ['a triangle of two corners', region('Polygon', [ring.slice(0, 2)])],
    ['no feature at all', '{"type":"FeatureCollection","features":[null]}'],
  ])('with %s are refused', (_, text) => {
    expect(() => readRegions(text, 'f')).toThrowError(expect.objectContaining({ code: 'input' }));
  });

  it('nested thousands deep are refused', () => {
    const text = region('Polygon', 0).replace(
      '"coordinates":0',
      `"coordinates":${'['.repeat(9000)}${']'.repeat(9000)}`,
    );
    expect(() => readRegions(text, 'f')).toThrowError(expect.objectContaining({ code: 'input' }));
  });
});

describe('address lists', () => {
  it.each([
    ['https://a.example/CON.zip', '_CON.zip'],
    ['https://a.example/a/..%2f..%2fetc%2fpasswd', '_.._etc_passwd'],
    ['https://a.example/x.zip...', 'x.zip'],
  ])('%s becomes a file called %s', (line, name) => {
    expect(readAddressList(line, 'f').map(({ fileName }) => fileName)).toEqual([name]);
  });

  it('refuse two names that some systems take as one, and one too long', () => {
    expect(() => readAddressList('https://a.example/a.zip\nhttps://a.example/A.zip', 'f')).toThrow(
      /both become/,
    );
    expect(() => readAddressList(`https://a.example/${'x'.repeat(300)}`, 'f')).toThrow(/too long/);
  });
});

describe('parts of a job', () => {
  const schema = { layer: 'points', fields: [{ name: 'pid', type: 'text' }], metadata: {} } as const;
  const batch = {
    count: 2,
    longitude: Float64Array.of(13, 14),
    latitude: Float64Array.of(38, 39),
    columns: [['\ufeffa', 'b']],
  };
  const body = () => {
    const bytes = encodeRows(batch).flatMap((piece) => [...piece]);
    return Uint8Array.from(bytes.slice(FRAME_HEAD_BYTES));
  };

  it('keep a name that begins with a byte order mark', () => {
    expect(decodeRows(body(), schema).columns).toEqual(batch.columns);
  });

  it('are refused where their texts are not as long as they say, or something is left', () => {
    const longer = body();
    // Behind the count, four places and the length of all texts.
    longer[4 + 32 + 4] += 1;
    expect(() => decodeRows(longer, schema)).toThrow(/texts are not as long/);
    expect(() => decodeRows(Uint8Array.from([...body(), 0]), schema)).toThrow(/longer than it says/);
  });
});
