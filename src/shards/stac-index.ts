import type { RowTally } from '../classify/class-summary.js';
import { formatDay } from '../series/epoch-axis.js';
import { type Bounds, boundsToBox } from '../write/bounds.js';
import type { Job, Manifest } from './manifest.js';

const STAC_VERSION = '1.0.0';
const PARQUET_TYPE = 'application/vnd.apache.parquet';

/** One file of a partitioned dataset. */
export interface Partition {
  readonly name: string;
  readonly shard: number;
  readonly bounds: Bounds;
  readonly tally: RowTally;
}

/** A STAC 1.0 item: what one file covers and holds. */
export function describeItem({ manifest }: Job, { name, shard, bounds, tally }: Partition): object {
  const box = boundsToBox(bounds);
  const [first, last] = timeSpan(manifest, shard);
  return {
    type: 'Feature',
    stac_version: STAC_VERSION,
    id: name,
    collection: manifest.table.layer,
    geometry: box === undefined ? null : { type: 'Polygon', coordinates: [ringOf(box)] },
    ...(box && { bbox: box }),
    properties: {
      datetime: null,
      start_datetime: `${first}T00:00:00Z`,
      end_datetime: `${last}T00:00:00Z`,
      'groundtrend:points': tally.points,
      'groundtrend:classes': Object.fromEntries(
        tally.summarize().map(({ className, points }) => [className, points]),
      ),
    },
    links: [
      { rel: 'root', href: './collection.json', type: 'application/json' },
      { rel: 'parent', href: './collection.json', type: 'application/json' },
      { rel: 'collection', href: './collection.json', type: 'application/json' },
    ],
    assets: { data: { href: `./${name}.parquet`, type: PARQUET_TYPE, roles: ['data'] } },
  };
}

/** A STAC 1.0 collection that links to the items. */
export function describeCollection(
  { manifest }: Job,
  partitions: readonly Partition[],
  title: string,
): object {
  const boxes = partitions.flatMap(({ bounds }) => {
    const box = boundsToBox(bounds);
    return box === undefined ? [] : [box];
  });
  const whole = [
    Math.min(...boxes.map(([west]) => west)),
    Math.min(...boxes.map(([, south]) => south)),
    Math.max(...boxes.map(([, , east]) => east)),
    Math.max(...boxes.map(([, , , north]) => north)),
  ];
  const spans = partitions.map(({ shard }) => timeSpan(manifest, shard));
  const first = spans.map(([start]) => start).sort()[0];
  const last = spans.map(([, end]) => end).sort()[spans.length - 1];
  return {
    type: 'Collection',
    stac_version: STAC_VERSION,
    id: manifest.table.layer,
    title,
    description: `Trends of ground motion, classified with ${manifest.model.name}.`,
    license: 'other',
    extent: {
      spatial: { bbox: [whole, ...boxes] },
      temporal: { interval: [[`${first}T00:00:00Z`, `${last}T00:00:00Z`]] },
    },
    summaries: {
      'groundtrend:points': partitions.reduce((sum, { tally }) => sum + tally.points, 0),
      'groundtrend:model_sha256': manifest.model.fingerprint,
    },
    links: [
      { rel: 'root', href: './collection.json', type: 'application/json' },
      ...partitions.map(({ name }) => ({
        rel: 'item',
        href: `./${name}.json`,
        type: 'application/geo+json',
      })),
    ],
  };
}

/** First and last date of the datasets in a shard, `YYYY-MM-DD`. */
function timeSpan({ shards, datasets }: Manifest, shard: number): [string, string] {
  const days = shards[shard].slices.map(({ dataset }) => datasets[dataset].days);
  return [
    formatDay(Math.min(...days.map((own) => own[0]))),
    formatDay(Math.max(...days.map((own) => own[own.length - 1]))),
  ];
}

function ringOf([west, south, east, north]: readonly [number, number, number, number]): number[][] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}
