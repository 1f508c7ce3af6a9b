/** Columns of a panel that stay in the first-level cache while four rows pass over it. */
const PANEL_COLUMNS = 256;

/**
 * `rows` (`rowCount` x `rowLength`, row-major) times `matrix` (`rowLength` x `columns`): four rows at a time against
 * panels of columns.
 */
export function multiplyPlain(
  rows: Float32Array,
  rowCount: number,
  rowLength: number,
  matrix: Float32Array,
  columns: number,
): Float32Array {
  const product = new Float32Array(rowCount * columns);
  const wholeRows = rowCount - (rowCount % 4);
  for (let panel = 0; panel < columns; panel += PANEL_COLUMNS) {
    const panelEnd = Math.min(columns, panel + PANEL_COLUMNS);
    for (let row = 0; row < wholeRows; row += 4) {
      const out0 = row * columns;
      const out1 = out0 + columns;
      const out2 = out1 + columns;
      const out3 = out2 + columns;
      for (let k = 0; k < rowLength; k++) {
        const at = row * rowLength + k;
        const a0 = rows[at];
        const a1 = rows[at + rowLength];
        const a2 = rows[at + 2 * rowLength];
        const a3 = rows[at + 3 * rowLength];
        const line = k * columns;
        for (let column = panel; column < panelEnd; column++) {
          const value = matrix[line + column];
          product[out0 + column] += a0 * value;
          product[out1 + column] += a1 * value;
          product[out2 + column] += a2 * value;
          product[out3 + column] += a3 * value;
        }
      }
    }
    for (let row = wholeRows; row < rowCount; row++) {
      for (let k = 0; k < rowLength; k++) {
        const a = rows[row * rowLength + k];
        for (let column = panel; column < panelEnd; column++) {
          product[row * columns + column] += a * matrix[k * columns + column];
        }
      }
    }
  }
  return product;
}
