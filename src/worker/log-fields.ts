import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { z } from 'zod';

// The input of another release, or of somebody's own start, may have any shape: what is not there is not logged.
const Named = z.object({
  cluster: z.string().optional().catch(undefined),
  backupId: z.int().optional().catch(undefined),
});
const Input = Named.extend({ facts: Named.optional().catch(undefined) });

/** Adds the cluster and the backup ID that an activity works on to every line that is logged about it. */
export const createLogFieldsInterceptor: ActivityInterceptorsFactory = () => {
  let fields: Readonly<Record<string, unknown>> = {};
  return {
    inbound: {
      execute(input, next) {
        fields = fieldsOf(input.args[0]);
        return next(input);
      },
    },
    outbound: {
      getLogAttributes: (attributes, next) => next({ ...attributes, ...fields }),
    },
  };
};

function fieldsOf(argument: unknown): Readonly<Record<string, unknown>> {
  const { data } = Input.safeParse(argument);
  const cluster = data?.cluster ?? data?.facts?.cluster;
  return {
    ...(cluster === undefined ? {} : { cluster }),
    ...(data?.backupId === undefined ? {} : { backupId: data.backupId }),
  };
}
