import type { ReadingAgreement } from '../evaluate/reading-agreement.js';
import { formatPercent } from './metrics-table.js';
import { formatTable } from './table.js';

/** Agreement with labels that readers gave to real series; always says what it is not. */
export function formatAgreement(agreement: ReadingAgreement): string {
  const rows = [
    ['agreed labels met, five classes', formatPercent(agreement.met), `${agreement.agreed}`],
    ['the same, Quadratic and Bilinear as one', formatPercent(agreement.metMerged), `${agreement.agreed}`],
    ['called PUE where readers agree on another', formatPercent(agreement.falsePue), ''],
    ...agreement.bySource.map(({ source, agreed, met }) => [`  ${source}`, formatPercent(met), `${agreed}`]),
    [
      'kappa with each reading, Other counted',
      agreement.kappas.map((kappa) => kappa.toFixed(3)).join(', '),
      '',
    ],
  ];
  const { readersAgree } = agreement;
  if (readersAgree !== undefined) {
    const kappa = readersAgree.kappa.toFixed(3);
    rows.push([`the two readings with each other (kappa ${kappa})`, formatPercent(readersAgree.share), '']);
  }
  return formatTable(
    [{ title: 'agreement with labels on real series' }, { title: '' }, { title: 'series', align: 'right' }],
    rows,
  );
}
