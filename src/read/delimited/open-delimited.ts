import { GroundTrendError } from '../../errors.js';
import type { BatchOptions, ReadReport } from '../../series/dataset.js';
import type { SeriesBatch } from '../../series/series-batch.js';
import { type ByteSource, readHead } from '../byte-source.js';
import { judgeClaims } from '../claim-recorder.js';
import { recogniseContent } from '../content-kind.js';
import { describeEgms } from '../egms-product.js';
import { createPidRegister } from '../pid-register.js';
import type { ReadOptions } from '../read-options.js';
import { createRowProblems, type RowProblems } from '../row-problems.js';
import type { RowRange, SourceDataset } from '../source-dataset.js';
import { type BlockMemory, createBlockMemory } from './block-memory.js';
import { parseHeader } from './header.js';
import { type LineBlock, readLineBlocks } from './line-blocks.js';
import { RowScanner } from './row-scanner.js';
import { SAMPLE_ROWS, takeSample } from './sample.js';
import { layOutTable } from './table-layout.js';
import type { TextPass } from './text-plan.js';

const LINE_FEED = 10;
/** The header is line 1. */
const FIRST_LINE = 2;
const HEAD_BYTES = 8 << 20;
const POINTS_PER_BATCH = 8192;

/**
 * Opens a table of displacement series: text in UTF-8, one row a point, one column a date; delimiter, decimal mark and
 * the use of each column are found from the header and the first rows.
 *
 * Values are read as millimetres unless `units` says otherwise; a displacement equals the nearest float to the number
 * in the file. Rows that cannot be used are left out and counted in `report`, or stop the reading with `strict`. Only
 * one pass over a dataset may be under way at a time.
 *
 * Throws `input` where the source is not such a table, `usage` where a chosen column or projection does not exist.
 */
export async function openDelimited(source: ByteSource, options: ReadOptions = {}): Promise<SourceDataset> {
  const file = source.name;
  const head = await readHead(source, HEAD_BYTES, holdsSample);
  requireText(head.bytes, head.isComplete, file);
  const { pids = createPidRegister(), strict: isStrict = false } = options;
  const header = parseHeader(head.bytes, file);
  const layout = layOutTable(header, takeSample(head.bytes, head.isComplete, header), options, file);

  const dataset = pids.addDataset();
  const wholeSource = {
    start: header.byteLength,
    end: source.totalBytes ?? Number.POSITIVE_INFINITY,
    firstLine: FIRST_LINE,
  };
  return selectRows(undefined);

  function selectRows(range: RowRange | undefined): SourceDataset {
    const report: ReadReport = { rowsRead: 0, skipped: [], warnings: [...layout.warnings] };

    function startPass(): RowProblems {
      report.rowsRead = 0;
      report.skipped.length = 0;
      report.warnings.splice(0, Number.POSITIVE_INFINITY, ...layout.warnings);
      pids.startPass(dataset);
      return createRowProblems(file, report, isStrict, 'line');
    }

    function readBlocks(
      { pointsPerBatch = POINTS_PER_BATCH, signal, onBytes }: BatchOptions,
      memory: BlockMemory,
    ): AsyncGenerator<LineBlock> {
      return readLineBlocks(source, {
        headerBytes: range === undefined ? header.byteLength : 0,
        firstLine: range?.firstLine ?? FIRST_LINE,
        linesPerBlock: pointsPerBatch,
        range,
        memory,
        signal,
        onBytes,
      });
    }

    async function* batches(batchOptions: BatchOptions = {}): AsyncGenerator<SeriesBatch> {
      const problems = startPass();
      const capacity = batchOptions.pointsPerBatch ?? POINTS_PER_BATCH;
      const scanner = new RowScanner(layout, capacity, problems, pids, dataset);
      const memory = createBlockMemory();
      for await (const block of readBlocks(batchOptions, memory)) {
        const batch = scanner.scan(block);
        memory.giveBack(block.bytes);
        report.rowsRead += batch?.count ?? 0;
        if (batch !== undefined) yield batch;
      }
      problems.finish();
    }

    function startTextPass(): TextPass {
      const problems = startPass();
      return {
        read: readBlocks,
        refuse: (claims) => judgeClaims(pids, dataset, claims),
        add({ rowsRead, problems: tally }) {
          report.rowsRead += rowsRead;
          problems.add(tally);
        },
        finish: () => problems.finish(),
      };
    }

    return {
      name: file,
      format: layout.product === undefined ? 'delimited text' : describeEgms(layout.product),
      product: layout.product,
      axis: layout.axis,
      fields: layout.attributes.map(({ name, kind }) => ({ name, kind })),
      totalBytes: range === undefined ? source.totalBytes : range.end - range.start,
      file: source.file,
      rows: source.isSeekable ? { ...(range ?? wholeSource), select: selectRows } : undefined,
      text: { plan: { layout, isStrict }, batches, startPass: startTextPass },
      report,
      batches,
    };
  }
}

/** True once a header and the rows of a sample are there. */
function holdsSample(bytes: Uint8Array): boolean {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) {
    if (++lines > SAMPLE_ROWS + 1) return true;
  }
  return false;
}

function requireText(head: Uint8Array, isComplete: boolean, file: string): void {
  const { kind, what, advice } = recogniseContent(head);
  if (kind === 'empty') {
    throw new GroundTrendError('input', `This is ${what}.`, {
      place: { file },
      advice: 'Was the download or the copy cut short?',
    });
  }
  if (kind !== 'text') {
    throw new GroundTrendError('input', `This is ${what}, not a table of series as text.`, {
      place: { file },
      advice,
    });
  }
  if (head.includes(LINE_FEED)) return;
  if (head.includes(13)) {
    throw new GroundTrendError('input', 'The lines end in carriage returns only.', {
      place: { file },
      advice: 'Save it with line feeds (LF or CRLF) and try again.',
    });
  }
  if (!isComplete) {
    throw new GroundTrendError('input', `There is no line end in the first ${HEAD_BYTES >> 20} MiB.`, {
      place: { file, line: 1 },
    });
  }
}
