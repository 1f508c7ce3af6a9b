/** Names of errors as Node and Python put them at the beginning of a line. */
const ERROR_LINE = /^(?:Uncaught )?[\w.]*(?:Error|Exception)\b.*$/m;

/** Why a program failed, in one line: its error, without the stack and the code around it. */
export function findFailureReason(stderr: string, status: number | null): string {
  const error = ERROR_LINE.exec(stderr);
  if (error) return error[0].trim();
  const firstLine = stderr.split('\n').find((line) => line.trim() !== '');
  return firstLine?.trim() ?? (status === null ? 'it was killed' : `status ${status}`);
}
