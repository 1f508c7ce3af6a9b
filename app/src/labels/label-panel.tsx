import { useEffect, useRef, useState } from 'preact/hooks';
import {
  computeKappa,
  formatLabelEntry,
  LABEL_LOG_HEADER,
  LABELS,
  settleLabels,
} from '../../../src/index.js';
import { classColour } from '../map/colours.js';
import { saveFile } from '../panels/save-file.js';
import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';
import { useStore } from '../state/store.js';
import type { Trainer } from '../training/trainer.js';
import { TrainingPanel } from '../training/training-panel.js';
import { countAgreed } from './label-counts.js';
import type { Labeller } from './labeller.js';

const WANTED = 1000;

interface LabelPanelProps {
  readonly explorer: Explorer;
  readonly state: ExplorerState;
  readonly labeller: Labeller;
  /** Missing where nobody can train: on a plain web host, or where the series are not at hand. */
  readonly trainer: Trainer | undefined;
}

/** Label series one after the other, by keys or buttons. */
export function LabelPanel({ explorer, state, labeller, trainer }: LabelPanelProps) {
  const { annotator, queue, problem, entries } = useStore(labeller.store);
  const [name, setName] = useState(annotator);
  const [isActive, setActive] = useState(false);
  const [note, setNote] = useState('');
  const noteField = useRef<HTMLInputElement>(null);
  const isSaving = useRef(false);
  const actions = useRef({ give, skip, undo });
  actions.current = { give, skip, undo };
  const own = labeller.own();

  async function toggle(): Promise<void> {
    // Rows are those of the map as it was opened.
    if (!isActive) await explorer.show('original');
    setActive(!isActive);
  }

  useEffect(() => {
    if (isActive && queue.length > 0 && state.selected !== queue[0])
      explorer.select(queue[0], { show: true });
  }, [isActive]);

  useEffect(() => {
    explorer.setBlind(isActive);
    return () => explorer.setBlind(false);
  }, [isActive]);

  useEffect(() => {
    if (!isActive) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^(INPUT|SELECT|TEXTAREA)$/.test((event.target as HTMLElement).tagName)) return;
      const place = '123450'.indexOf(event.key);
      if (place >= 0) void actions.current.give(LABELS[place]);
      else if (event.key === 's') actions.current.skip();
      else if (event.key === 'u') void actions.current.undo();
      else if (event.key === 'n') {
        event.preventDefault();
        noteField.current?.focus();
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [isActive]);

  async function give(label: string): Promise<void> {
    const row = explorer.store.get().selected;
    // A key that comes before the last label is kept would fall on the same series again.
    if (row === undefined || isSaving.current) return;
    isSaving.current = true;
    await labeller.label(row, label, note);
    isSaving.current = false;
    setNote('');
    showNext();
  }
  function skip(): void {
    const row = explorer.store.get().selected;
    if (row === undefined || isSaving.current) return;
    labeller.skip(row);
    showNext();
  }
  function showNext(): void {
    const [next] = labeller.store.get().queue;
    if (next !== undefined) explorer.select(next, { show: true });
  }
  async function undo(): Promise<void> {
    if (isSaving.current) return;
    const row = await labeller.undo();
    if (row !== undefined) explorer.select(row, { show: true });
  }

  return (
    <section class="panel labels" aria-label="Labelling">
      {!isActive && (
        <p class="small">
          Say what you see; every label helps to train and judge models. The most useful series come first.
          While you label, what the model thinks of them stays hidden.
        </p>
      )}
      <label class="field">
        <span>Your name</span>
        <input
          type="text"
          value={name}
          maxLength={60}
          placeholder="who labels"
          // Letter by letter: a button that is enabled only once the field is left is passed over by the tab key.
          onInput={(event) => {
            setName(event.currentTarget.value);
            labeller.setAnnotator(event.currentTarget.value.trim());
          }}
        />
      </label>
      <button
        type="button"
        class="primary"
        disabled={annotator === '' || !state.loaded?.axis}
        aria-pressed={isActive}
        onClick={() => void toggle()}
      >
        {isActive ? 'Stop labelling' : 'Start labelling'}
      </button>
      {!state.loaded?.axis && <p class="small">This map holds no displacements to look at.</p>}
      {isActive && (
        <>
          <div class="label-buttons">
            {LABELS.map((label, index) => (
              <button key={label} type="button" onClick={() => void give(label)}>
                <kbd>{index === 5 ? 0 : index + 1}</kbd>
                <span
                  class="swatch"
                  style={{ background: label === 'Other' ? '#fff' : classColour(label) }}
                />
                {label}
              </button>
            ))}
          </div>
          <div class="label-more">
            <button type="button" onClick={skip}>
              <kbd>s</kbd> Skip
            </button>
            <button type="button" onClick={() => void undo()}>
              <kbd>u</kbd> Undo
            </button>
          </div>
          <label class="field">
            <span>
              Note <kbd>n</kbd>
            </span>
            <input
              ref={noteField}
              type="text"
              value={note}
              maxLength={300}
              onInput={(event) => setNote(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
              }}
            />
          </label>
        </>
      )}
      {problem && <p role="alert">{problem}</p>}
      <h2>Progress</h2>
      <p class="small" data-labels={own.size}>
        {own.size === 1 ? '1 label' : `${own.size} labels`}
        {annotator && ` by ${annotator}`}. Kept in <span class="path">{labeller.place}</span>.
      </p>
      <ul class="progress-list">
        {LABELS.map((label) => {
          const count = [...own.values()].filter((entry) => entry.label === label).length;
          return (
            <li key={label}>
              <span class="name">{label}</span>
              <progress value={count} max={WANTED} aria-label={`${label}: ${count} of ${WANTED}`} />
              <span class="count">
                {count} <span class="soft">/ {WANTED.toLocaleString('en-GB')}</span>
              </span>
            </li>
          );
        })}
      </ul>
      <Agreements annotator={annotator} labeller={labeller} />
      {entries.length > 0 && (
        <button
          type="button"
          onClick={() =>
            saveFile(
              `${state.loaded!.name}.labels.csv`,
              `${LABEL_LOG_HEADER}\n${entries.map(formatLabelEntry).join('')}`,
              'text/csv',
            )
          }
        >
          Save all labels (CSV)
        </button>
      )}
      {trainer && !isActive && (
        <TrainingPanel explorer={explorer} state={state} trainer={trainer} labelled={countAgreed(entries)} />
      )}
    </section>
  );
}

function Agreements({ annotator, labeller }: { annotator: string; labeller: Labeller }) {
  const settled = settleLabels(labeller.store.get().entries);
  const labelsOf = (name: string) =>
    new Map([...(settled.get(name) ?? [])].map(([pid, { label }]) => [pid, label]));
  const others = [...settled.keys()].filter((name) => name !== annotator);
  if (others.length === 0) return null;
  return (
    <ul class="agreements">
      {others.map((name) => {
        const { items, kappa, observed } = computeKappa(labelsOf(annotator), labelsOf(name));
        return (
          <li key={name}>
            With {name}: {items} in common
            {items > 0 &&
              `, ${(100 * observed).toFixed(0)} % alike, kappa ${Number.isNaN(kappa) ? '–' : kappa.toFixed(2)}`}
          </li>
        );
      })}
    </ul>
  );
}
