import type { Auth, Endpoint, Tls } from '../clients/endpoint.ts';
import type { Outside } from './secrets.ts';
import { certificateFile, privateKeyFile, readSecret } from './secrets.ts';
import type { Section } from './section.ts';
import { BasePath, duration, Flag, oneOf, ServerUrl, Text } from './values.ts';

const defaultTimeoutMs = 30_000;

/** Reads how one server is reached; undefined, with the problems reported, when that does not hold together. */
export function readEndpoint(section: Section, outside: Outside): Endpoint | undefined {
  const url = section.value('url', ServerUrl);
  const basePath = section.optionalValue('basePath', BasePath) ?? '';
  const timeoutMs = section.optionalValue('timeout', duration({ min: '100ms', max: '10m' })) ?? defaultTimeoutMs;
  const auth = section.optionalSection('auth', (child) => readAuth(child, outside));
  const tls = section.optionalSection('tls', (child) => readTls(child, outside));
  if (url?.startsWith('http:') && section.has('tls')) section.report('is given, but the url is plain http', 'tls');
  if (url === undefined) return undefined;
  return { url, basePath, timeoutMs, ...(auth === undefined ? {} : { auth }), ...(tls === undefined ? {} : { tls }) };
}

function readAuth(section: Section, outside: Outside): Auth | undefined {
  const type = section.value('type', oneOf(['basic', 'bearer', 'apiKey']));
  switch (type) {
    case 'basic': {
      const username = section.value('username', Text);
      const password = readSecret(section, 'password', outside);
      return username === undefined || password === undefined ? undefined : { type, username, password };
    }
    case 'bearer': {
      const token = readSecret(section, 'token', outside);
      return token === undefined ? undefined : { type, token };
    }
    case 'apiKey': {
      const key = readSecret(section, 'key', outside);
      return key === undefined ? undefined : { type, key };
    }
    case undefined:
      section.ignoreRest();
      return undefined;
  }
}

function readTls(section: Section, outside: Outside): Tls {
  const ca = section.optionalValue('caFile', certificateFile(outside));
  const cert = section.optionalValue('certFile', certificateFile(outside));
  const key = section.optionalValue('keyFile', privateKeyFile(outside));
  const serverName = section.optionalValue('serverName', Text);
  const insecureSkipVerify = section.optionalValue('insecureSkipVerify', Flag);
  if (section.has('certFile') !== section.has('keyFile')) {
    section.report('a client certificate needs both certFile and keyFile');
  }
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(insecureSkipVerify === undefined ? {} : { insecureSkipVerify }),
  };
}
