import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';

export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `half`: the answer until the middle of its body, and then the end of the connection, or silence. */
export type Script =
  ScriptedAnswer | 'silence' | 'cut' | { readonly half: ScriptedAnswer; readonly rest: 'cut' | 'silence' };

/** A server that answers every request alike, or by its method. */
export async function startScripted(
  scripts: Script | ((method: string) => Script),
): Promise<{ readonly url: string; readonly calls: readonly string[] }> {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    request.resume();
    const script = typeof scripts === 'function' ? scripts(request.method ?? '') : scripts;
    if (script === 'silence') return;
    if (script === 'cut') return void response.destroy();
    const { status, headers = {}, body } = 'half' in script ? script.half : script;
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
    if (!('half' in script)) return void response.end(request.method === 'HEAD' ? undefined : body);
    response.write(body.slice(0, body.length / 2), () => script.rest === 'cut' && response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { url: `http://127.0.0.1:${address.port}`, calls };
}
