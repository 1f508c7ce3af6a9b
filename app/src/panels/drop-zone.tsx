import { useEffect, useState } from 'preact/hooks';

/** Takes files that are dropped anywhere on the page, and says so while they hover over it. */
export function DropZone({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const [isDropping, setDropping] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      event.preventDefault();
      setDropping(true);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setDropping(false);
    };
    const onDrop = (event: DragEvent) => {
      event.preventDefault();
      setDropping(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) onFiles(files);
    };
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDrop);
    };
  }, []);
  if (!isDropping) return null;
  return (
    <div class="drop-hint">Drop a classified map to open it, or a file of series to classify it here</div>
  );
}
