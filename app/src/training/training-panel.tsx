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
  const trainedName = `trained-${run}`;
  const isShownRun = state.trained?.name === `${trainedName}.parquet`;
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
          {isShownRun ? (
            <ChangeTable explorer={explorer} state={state} />
          ) : (
            <button type="button" onClick={() => void explorer.openTrained(trainedSource(run))}>
              Show the new map
            </button>
          )}
          <p class="button-row">
            <a class="button" href={`data/${trainedName}.onnx`} download={`${trainedName}.onnx`}>
              Save the model
            </a>
            <a class="button" href={`data/${trainedName}.parquet`} download={`${trainedName}.parquet`}>
              Save its map
            </a>
          </p>
        </>
      )}
    </section>
  );
}

/** Where the server keeps the map of a training. */
export function trainedSource(run: number) {
  return { name: `trained-${run}.parquet`, url: `data/trained-${run}.parquet` };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
