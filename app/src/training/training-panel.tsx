import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';
import { useStore } from '../state/store.js';
import { ChangeTable } from './change-table.js';
import { isUnderWay, type Trainer } from './trainer.js';

/** `train` leaves out classes with fewer labels. */
const FEWEST_LABELS = 10;

interface TrainingPanelProps {
  readonly explorer: Explorer;
  readonly state: ExplorerState;
  readonly trainer: Trainer;
  /** Labels that hold, of all annotators, by class. */
  readonly labelled: ReadonlyMap<string, number>;
}

/** Goes on from the default model with the labels so far, and shows what the new one makes of the map. */
export function TrainingPanel({ explorer, state, trainer, labelled }: TrainingPanelProps) {
  const { training, problem } = useStore(trainer.store);
  const { phase, run, test } = training;
  const ready = [...labelled].filter(([, count]) => count >= FEWEST_LABELS).map(([name]) => name);
  const source = trainedSource(state.original!.name, run);
  return (
    <section class="training" aria-label="Training">
      <h2>Train with these labels</h2>
      <p class="small">
        Goes on from the default model and classifies the opened file anew. Classes with at least{' '}
        {FEWEST_LABELS} labels count: {ready.length === 0 ? 'none so far' : ready.join(', ')}.
      </p>
      {isUnderWay(training) ? (
        <div class="under-way" role="status">
          <progress
            {...(training.fraction === undefined ? {} : { value: training.fraction })}
            max={1}
            aria-label="Progress of the training"
          />
          <p class="small">
            {phase === 'training' ? 'Training' : 'Classifying with the new model'} … {training.line}
          </p>
          <button type="button" onClick={() => void trainer.cancel()}>
            Cancel
          </button>
        </div>
      ) : (
        <button type="button" disabled={labelled.size === 0} onClick={() => void trainer.start()}>
          {run === 0 ? 'Train and classify' : 'Train again'}
        </button>
      )}
      {phase === 'cancelled' && <p class="small">Stopped. Nothing has changed.</p>}
      {phase === 'failed' && (
        <p role="alert" class="failure">
          {training.problem}
        </p>
      )}
      {problem && (
        <p role="alert" class="failure">
          {problem}
        </p>
      )}
      {phase === 'done' && test && (
        <>
          <p class="small">
            Tested on {test.points} labels that it had not seen: {percent(test.accuracy)} right (95 % interval{' '}
            {percent(test.low)} to {percent(test.high)}).
          </p>
          {test.notes.length > 0 && (
            <ul class="small notes">
              {test.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          )}
          {state.trained?.name === source.name ? (
            <ChangeTable explorer={explorer} state={state} />
          ) : (
            <button type="button" onClick={() => void explorer.openTrained(source)}>
              Show the new map
            </button>
          )}
          <p class="button-row">
            <a class="button" href={source.modelUrl} download={source.modelName}>
              Save the model
            </a>
            <a class="button" href={source.url} download={source.name}>
              Save its map
            </a>
          </p>
        </>
      )}
    </section>
  );
}

/** Where the server keeps the map and the model of a training, and what they are called after the opened map. */
export function trainedSource(opened: string, run: number) {
  const name = `${opened.replace(/\.(geo)?parquet$/i, '')}.trained-${run}`;
  const url = `data/trained-${run}`;
  return {
    name: `${name}.parquet`,
    url: `${url}.parquet`,
    modelName: `${name}.onnx`,
    modelUrl: `${url}.onnx`,
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
