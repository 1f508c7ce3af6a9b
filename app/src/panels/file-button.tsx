import { useRef } from 'preact/hooks';

interface FileButtonProps {
  readonly title: string;
  readonly accept?: string;
  readonly onFiles: (files: readonly File[]) => void;
}

/** A button that asks for files; the browser's own control stays out of sight. */
export function FileButton({ title, accept, onFiles }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" onClick={() => input.current!.click()}>
        {title}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={accept}
        aria-label={title}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </>
  );
}
