import { emit, scalar, type Tensor } from './graph.js';

/**
 * Appends to the graph the gradients of a scalar with respect to some of the values it was computed from
 * (reverse-mode differentiation), in the order asked for. Throws where a value has no influence on the scalar.
 */
export function gradients(loss: Tensor, values: readonly Tensor[]): Tensor[] {
  if (loss.shape.length !== 0)
    throw new Error(`Only a scalar has gradients, not [${loss.shape.join(', ')}].`);
  const tape = [...loss.graph.tape];
  const influenced = new Set(values.map((value) => value.name));
  for (const { result, rules } of tape) {
    if (rules.some(([operand]) => influenced.has(operand.name))) influenced.add(result.name);
  }
  const parts = new Map<string, Tensor[]>([[loss.name, [scalar(loss, 1)]]]);
  const totals = new Map<string, Tensor>();
  const totalOf = (name: string): Tensor | undefined => {
    const terms = parts.get(name);
    if (terms === undefined) return undefined;
    const total = totals.get(name) ?? (terms.length === 1 ? terms[0] : emit('Sum', terms, terms[0].shape));
    totals.set(name, total);
    return total;
  };
  for (const { result, rules } of tape.reverse()) {
    if (!influenced.has(result.name)) continue;
    const gradient = totalOf(result.name);
    if (gradient === undefined) continue;
    for (const [operand, rule] of rules) {
      if (!influenced.has(operand.name)) continue;
      const terms = parts.get(operand.name) ?? [];
      terms.push(rule(gradient));
      parts.set(operand.name, terms);
    }
  }
  return values.map((value) => {
    const total = totalOf(value.name);
    if (total === undefined) throw new Error(`"${value.name}" has no influence on the loss.`);
    return total;
  });
}
