import { createHash } from 'node:crypto';
import type { ModelCost, NetworkCost } from '../classify/model-cost.js';
import { formatCount } from './numbers.js';

export interface ModelCardPage {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly cost: ModelCost;
  /** What the command printed: tests and agreement. */
  readonly report: string;
  /** Arguments of the command that made it, as given. */
  readonly command: readonly string[];
}

/** The page that lies beside a model file: what it is, what it was measured to do, and how to make it again. */
export function formatModelCard({ name, bytes, cost, report, command }: ModelCardPage): string {
  const hash = createHash('sha256').update(bytes).digest('hex');
  return `# ${name}

Written by the command that trained the model; no figure in it was typed by hand.

- SHA-256: \`${hash}\`
- ${formatCost(cost)}
- ${bytes.length.toLocaleString('en')} bytes of ONNX, with preprocessing, classes, calibration and training card inside
- made by \`npm start -- ${command.join(' ')}\`

Labels on real series, where there are any below, are readings of plots by a vision model, two independent ones of every
series; no human expert has reviewed them. "Taught by simulations only" has seen none of them; "refined on the others" has
seen none of the series it is judged on, nor their neighbours or files, but the noise of these files was drawn from in both.
The thresholds of the simulator's label rule were chosen with a part of these labels in view, so that figures on them lean
to the favourable side.

\`\`\`text
${report.trimEnd()}
\`\`\`
`;
}

/** `20,736 parameters; 86,000 multiply-adds a series of 139 dates: 65,181 for the features, 20,819 for the layers` */
export function formatCost({ epochs, sieve, ...network }: ModelCost): string {
  const whole = formatNetworkCost(network, epochs);
  return sieve === undefined ? whole : `${whole}; its sieve: ${formatNetworkCost(sieve, epochs)}`;
}

function formatNetworkCost({ parameters, frontEnd, network }: NetworkCost, epochs: number): string {
  return (
    `${formatCount(parameters)} parameters; ${formatCount(frontEnd + network)} multiply-adds a series of ${epochs} dates: ` +
    `${formatCount(frontEnd)} for the features, ${formatCount(network)} for the layers`
  );
}
