import { useState } from 'preact/hooks';
import { latitudeOf, longitudeOf } from '../map/mercator.js';
import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';
import { DownloadMenu } from './download-menu.js';
import { FileButton } from './file-button.js';

interface HeaderProps {
  readonly explorer: Explorer;
  readonly state: ExplorerState;
  readonly onFiles: (files: readonly File[]) => void;
}

export function Header({ explorer, state, onFiles }: HeaderProps) {
  const { loaded } = state;
  const [text, setText] = useState('');
  const [note, setNote] = useState('');

  function search(event: Event): void {
    event.preventDefault();
    setNote('');
    const place = parsePlace(text);
    if (place) {
      explorer.goTo(...place);
      return;
    }
    const row = loaded?.findPid(text.trim()) ?? -1;
    if (row < 0) {
      setNote(
        loaded?.tiling
          ? 'No such point in view. Of a map this large only points in view are found by their pid.'
          : 'No such point. Give a pid, or latitude and longitude.',
      );
    } else {
      explorer.select(row);
      explorer.goTo(longitudeOf(loaded!.x[row]), latitudeOf(loaded!.y[row]));
    }
  }

  return (
    <header class="top">
      <h1>
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M5 10h9l13 12" fill="none" stroke="#e69f00" stroke-width="3.2" stroke-linecap="round" />
          <g fill="#9fd0e0">
            <circle cx="6" cy="15" r="1.8" />
            <circle cx="11" cy="14" r="1.8" />
            <circle cx="16" cy="18" r="1.8" />
            <circle cx="21" cy="23" r="1.8" />
          </g>
        </svg>
        <span>groundtrend</span>
      </h1>
      {loaded && (
        <p class="source" title={loaded.metadata['groundtrend:model'] ?? ''}>
          <strong>{loaded.name}</strong>{' '}
          <span>{(loaded.tiling?.total ?? loaded.points).toLocaleString('en-GB')} points</span>
        </p>
      )}
      {loaded && (
        <form class="search" aria-label="Search" onSubmit={search}>
          <input
            type="search"
            aria-label="Find a pid, or latitude and longitude"
            placeholder="pid, or latitude, longitude"
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value);
              setNote('');
            }}
          />
          {note && (
            <span class="note" role="status">
              {note}
            </span>
          )}
        </form>
      )}
      <nav class="actions" aria-label="File">
        {loaded && <DownloadMenu explorer={explorer} state={state} />}
        <FileButton title="Open file …" onFiles={onFiles} />
      </nav>
    </header>
  );
}

/** `48.2, 16.4` as longitude and latitude. */
function parsePlace(text: string): readonly [number, number] | undefined {
  const match = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  if (!match) return undefined;
  const [latitude, longitude] = [Number(match[1]), Number(match[2])];
  return Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180 ? [longitude, latitude] : undefined;
}
