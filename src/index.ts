// The library for pages and everybody else: nothing reachable from here needs Node's own modules.
export {
  type AnalysisJob,
  type AnalysisSettings,
  type Analyst,
  type BatchAnalysis,
  createAnalyst,
} from './classify/analysis.js';
export type { BoundClassifier, Classifier, ClassScores } from './classify/classifier.js';
export { type FileSurvey, surveyFile } from './classify/file-survey.js';
export { type MapContent, type MapTable, mapRows, planMapTable } from './classify/map-table.js';
export { createNetworkClassifier } from './classify/network-classifier.js';
export {
  attributeColumns,
  attributeResultFields,
  classColumns,
  classFields,
  joinAttributes,
  probabilityColumn,
} from './classify/result-columns.js';
export { type Failure, packFailure, unpackFailure } from './classify/worker-protocol.js';
export { type ErrorCode, type ErrorPlace, GroundTrendError } from './errors.js';
export { type Agreement, computeKappa } from './evaluate/kappa.js';
export {
  formatLabelEntry,
  LABEL_LOG_HEADER,
  LABELS,
  type LabelEntry,
  parseLabelLog,
  settleLabels,
} from './evaluate/label-log.js';
export { type CloseSearch, createDescriber, type Describer } from './kinematics/describe.js';
export type { Description } from './kinematics/description.js';
export {
  type FitOptions,
  type FittedMotion,
  fitMotion,
  type MotionShape,
} from './kinematics/fitted-motion.js';
export type { NoiseModel } from './kinematics/noise-model.js';
export { createRandom, type Random } from './random.js';
export type { ByteSource, ByteStreamOptions } from './read/byte-source.js';
export { readHead } from './read/byte-source.js';
export { type ContentKind, recogniseContent } from './read/content-kind.js';
export { looksLikeHeader } from './read/delimited/header.js';
export { openDelimited } from './read/delimited/open-delimited.js';
export { openFlatgeobufTable } from './read/flatgeobuf/open-flatgeobuf.js';
export { openGeojsonTable } from './read/geojson/open-geojson.js';
export { openParquetTable } from './read/parquet/open-parquet.js';
export { createPidRegister } from './read/pid-register.js';
export type { RandomAccess } from './read/random-access.js';
export { openResultFile, type ResultFile } from './read/result-file.js';
export type { PointPositions } from './read/result-values.js';
export { findShapefileParts, stemOf } from './read/shapefile/find-parts.js';
export { joinShapefiles } from './read/shapefile/join-shapefiles.js';
export { openShapefileTable, type ShapefileParts } from './read/shapefile/open-shapefile.js';
export { openTable } from './read/tables/open-table.js';
export type { TableSource } from './read/tables/table-source.js';
export { listBlobZipMembers } from './read/zip-blob.js';
export { drawSeriesFigure, type SeriesFigure } from './report/series-figure.js';
export { checkModel } from './runtime/model-check.js';
export { createRuntimeMeasurer } from './runtime/series-measurer.js';
export type { Runtime, Session } from './runtime/session.js';
export { loadWebRuntime, type WebRuntimeOptions } from './runtime/session.web.js';
export type { BatchOptions, Dataset, ReadReport, SkippedRows } from './series/dataset.js';
export {
  createEpochAxis,
  DAYS_PER_YEAR,
  type EpochAxis,
  formatCompactDay,
  formatDay,
  isSameAxis,
  parseDay,
} from './series/epoch-axis.js';
export {
  type ColumnType,
  type ColumnValues,
  MISSING_INT32,
  type ResultBatch,
  type ResultField,
  type ResultSchema,
} from './series/result-table.js';
export type { AttributeColumn, AttributeField, SeriesBatch } from './series/series-batch.js';
export { TREND_CLASSES, TREND_COLOURS, TREND_MEANINGS, type TrendClass } from './series/trend-class.js';
export { cycleMm, SENTINEL1_WAVELENGTH_MM } from './series/wavelength.js';
export { DEFAULT_MATERIAL_MM } from './simulate/material-label.js';
export { landslides, simulateRulesReservoir } from './simulate/rules-reservoir.js';
export { IDLE_TRAINING, type PageTraining, type TrainingTest } from './train/page-training.js';
export { createGeoparquetEncoder } from './write/geoparquet/geoparquet-encoder.js';
export { createMemorySink } from './write/memory-sink.js';
export type { ByteSink, ResultEncoder } from './write/result-encoder.js';
export { createCsvEncoder } from './write/text/csv-encoder.js';
export { createGeojsonEncoder } from './write/text/geojson-encoder.js';
