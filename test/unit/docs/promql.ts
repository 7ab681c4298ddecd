import { parser } from '@prometheus-io/lezer-promql';

/** Sees whether an expression is PromQL, with Prometheus' own grammar, and which metrics it reads. */
export function readPromql(expression: string): {
  readonly errors: readonly string[];
  readonly metrics: readonly string[];
} {
  // Grafana puts in a duration before it asks.
  const text = expression.replaceAll('$__rate_interval', '5m');
  const errors: string[] = [];
  const metrics: string[] = [];
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) errors.push(`at ${node.from}: ${text.slice(node.from, node.from + 20)}`);
      if (node.name === 'VectorSelector') metrics.push(text.slice(node.from, node.to).replace(/[{\s].*$/s, ''));
    },
  });
  return { errors, metrics };
}
