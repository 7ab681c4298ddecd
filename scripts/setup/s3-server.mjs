import { join } from 'node:path';
import { cached } from '../../src/setup/cache.mjs';
import { goInstall } from '../../src/setup/go.mjs';
import { step } from '../../src/setup/process.mjs';

const S3_SERVER = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';

/** A server of S3's protocol that keeps objects as files. */
export async function ensureS3Server() {
  const folder = await cached('versitygw-1.8.0', (made) =>
    step('building the S3 server with Go (minutes, once)', () => goInstall(S3_SERVER, made)),
  );
  return join(folder, 'versitygw');
}
