// The library for Node: all of the browser's, and files.
export {
  type ClassifyFilesOptions,
  type ClassifySummary,
  classifyFiles,
} from './classify/classify-files.node.js';
export { type ExaminedPoint, type ExaminePointOptions, examinePoint } from './classify/examine-point.node.js';
export { loadClassifier } from './classify/load-classifier.node.js';
export * from './index.js';
export { type OpenOptions, openDatasets } from './read/open-datasets.node.js';
export { drawPoint, type PointDrawing } from './report/point-drawing.js';
export { drawPointFigure } from './report/point-figure.js';
export { loadNodeRuntime } from './runtime/session.node.js';
export { openWriter } from './write/open-writer.node.js';
