import { z } from 'zod';
import type { ConfiguredExporter } from '../model/zeebe.ts';

/** `zeebe.broker.cluster.nodeId` of a broker's configuration properties, where they hold it. */
export const nodeIdIn = (configprops: unknown): number | undefined =>
  propertiesIn(configprops)
    .map(({ cluster }) => cluster?.nodeId)
    .find((id) => id !== undefined);

/** `zeebe.broker.exporters` of a broker's configuration properties. */
export const configuredExporters = (configprops: unknown): readonly ConfiguredExporter[] =>
  propertiesIn(configprops).flatMap(({ exporters = {} }) =>
    Object.entries(exporters).flatMap(([id, { className }]) => (className === undefined ? [] : [{ id, className }])),
  );

/** `contexts.<name>.beans.<name>.properties`: Spring's form, whose names of contexts and beans differ by version. */
function propertiesIn(configprops: unknown): readonly z.infer<typeof brokerProperties>[] {
  const parsed = springBeans.safeParse(configprops);
  if (!parsed.success) return [];
  return Object.values(parsed.data.contexts)
    .flatMap(({ beans }) => Object.values(beans))
    .map(({ properties }) => properties);
}

const brokerProperties = z.object({
  cluster: z.object({ nodeId: z.int().optional().catch(undefined) }).optional(),
  exporters: z
    .record(z.string(), z.object({ className: z.string().optional().catch(undefined) }))
    .optional()
    .catch(undefined),
});

const springBeans = z.object({
  contexts: z.record(z.string(), z.object({ beans: z.record(z.string(), z.object({ properties: brokerProperties })) })),
});
