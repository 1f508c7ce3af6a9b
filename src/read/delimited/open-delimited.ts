import { GroundTrendError, throwIfCancelled } from '../../errors.js';
import type { BatchOptions, ReadReport } from '../../series/dataset.js';
import type { SeriesBatch } from '../../series/series-batch.js';
import { type ByteSource, readHead } from '../byte-source.js';
import { recogniseContent } from '../content-kind.js';
import { describeEgms } from '../egms-product.js';
import { createPidRegister } from '../pid-register.js';
import type { ReadOptions } from '../read-options.js';
import { createRowProblems } from '../row-problems.js';
import type { RowRange, SourceDataset } from '../source-dataset.js';
import { parseHeader } from './header.js';
import { LineCarry } from './line-carry.js';
import { RowScanner } from './row-scanner.js';
import { SAMPLE_ROWS, takeSample } from './sample.js';
import { planTable } from './table-layout.js';

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
  const header = parseHeader(head.bytes, file);
  const layout = planTable(header, takeSample(head.bytes, head.isComplete, header), options, file);

  const pids = options.pids ?? createPidRegister();
  const dataset = pids.addDataset();
  const wholeSource = {
    start: header.byteLength,
    end: source.totalBytes ?? Number.POSITIVE_INFINITY,
    firstLine: FIRST_LINE,
  };
  return selectRows(undefined);

  function selectRows(range: RowRange | undefined): SourceDataset {
    const report: ReadReport = { rowsRead: 0, skipped: [], warnings: [...layout.warnings] };

    async function* batches({
      pointsPerBatch = POINTS_PER_BATCH,
      signal,
      onBytes,
    }: BatchOptions = {}): AsyncGenerator<SeriesBatch> {
      report.rowsRead = 0;
      report.skipped.length = 0;
      report.warnings.splice(0, Number.POSITIVE_INFINITY, ...layout.warnings);
      pids.startPass(dataset);
      const problems = createRowProblems(file, report, options.strict ?? false);
      const scanner = new RowScanner(
        layout,
        pointsPerBatch,
        range?.firstLine ?? FIRST_LINE,
        problems,
        pids,
        dataset,
      );
      const take = function* () {
        report.rowsRead += scanner.count;
        const batch = scanner.take();
        if (batch !== undefined) yield batch;
      };
      const carry = new LineCarry(file);
      let headerLeft = range === undefined ? header.byteLength : 0;
      for await (const bytes of source.open({ range, signal, onBytes })) {
        throwIfCancelled(signal);
        // One class of array keeps the scanner's machine code for one: Node's streams give a subclass.
        const chunk = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        let start = Math.min(headerLeft, chunk.length);
        headerLeft -= start;
        if (carry.length > 0) {
          const lineEnd = chunk.indexOf(LINE_FEED, start) + 1;
          carry.append(chunk.subarray(start, lineEnd === 0 ? chunk.length : lineEnd));
          if (lineEnd === 0) continue;
          scanner.scan(carry.bytes, 0, carry.length);
          carry.clear();
          start = lineEnd;
          if (scanner.isFull) yield* take();
        }
        const end = chunk.lastIndexOf(LINE_FEED) + 1;
        while (start < end) {
          start = scanner.scan(chunk, start, end);
          if (scanner.isFull) yield* take();
        }
        carry.append(chunk.subarray(start));
      }
      if (carry.length > 0) {
        carry.append(Uint8Array.of(LINE_FEED));
        scanner.scan(carry.bytes, 0, carry.length);
      }
      yield* take();
      problems.finish();
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
