import { z } from 'zod';

const Installed = z.object({
  camundaHome: z.string(),
  elasticsearchHome: z.string(),
  s3Server: z.string(),
  camundaJavaHome: z.string(),
  elasticsearchJavaHome: z.string(),
});

/** Where scripts/run.mjs installed what a real cluster is started from. */
export type Installed = Readonly<z.infer<typeof Installed>>;

const InstalledStores = z.object({ gcsServer: z.string(), azurite: z.string() });

/** Where scripts/run.mjs installed the servers of Google's and of Azure's protocol. */
export function installedStores(): Readonly<z.infer<typeof InstalledStores>> {
  const text = process.env.OBJECT_STORES;
  if (!text) throw new Error('OBJECT_STORES is not set: start this with `npm run test:e2e`, which installs them.');
  return InstalledStores.parse(JSON.parse(text));
}

/** The S3 server alone, where nothing else of a real cluster is needed. */
export function installedS3Server(): string {
  return process.env.S3_SERVER || installedParts().s3Server;
}

export function installedParts(): Installed {
  const text = process.env.REAL_PARTS;
  if (!text)
    throw new Error(
      'REAL_PARTS is not set: start this with `npm run demo` or `npm run test:e2e`, which install the real parts.',
    );
  return Installed.parse(JSON.parse(text));
}
