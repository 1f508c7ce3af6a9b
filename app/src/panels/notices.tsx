import type { Explorer } from '../state/explorer.js';
import type { ExplorerState } from '../state/explorer-state.js';

/** Over the map: what is being done, with a way to stop it, and what went wrong. */
export function Notices({
  explorer,
  state: { busy, problem },
}: {
  explorer: Explorer;
  state: ExplorerState;
}) {
  return (
    <>
      {busy && (
        <div class="busy" role="status">
          <span>{busy.what} …</span>
          <progress
            {...(busy.fraction === undefined ? {} : { value: busy.fraction })}
            max={1}
            aria-label={busy.what}
          />
          {busy.cancel && (
            <button type="button" onClick={busy.cancel}>
              Cancel
            </button>
          )}
        </div>
      )}
      {problem && (
        <div class="problem" role="alert">
          <p>{problem}</p>
          <button type="button" onClick={() => explorer.dismiss()}>
            Close
          </button>
        </div>
      )}
    </>
  );
}
