import type { Auth, Tls } from './endpoint.ts';

export type Redact = (text: string) => string;

/** Takes every secret of this endpoint, in every form in which it is sent or echoed, out of a text. */
export function createRedact(auth: Auth | undefined, tls: Tls | undefined): Redact {
  const secrets = [...(auth ? secretsOf(auth) : []), ...(tls?.key ? [tls.key] : [])]
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    .filter((secret) => secret !== '');
  // The longest first: a password may be part of a longer form of itself.
  const forms = [...new Set(secrets)].sort((a, b) => b.length - a.length);
  return (text) =>
    forms.reduce((redacted, form) => redacted.replaceAll(form, '***'), text).replaceAll(/\/\/[^\s/@"'<>]+@/g, '//***@');
}

/** The value of the `authorization` header. */
export function authorization(auth: Auth): string {
  switch (auth.type) {
    case 'basic':
      return `Basic ${base64(`${auth.username}:${auth.password}`)}`;
    case 'bearer':
      return `Bearer ${auth.token}`;
    case 'apiKey':
      return `ApiKey ${auth.key}`;
  }
}

function secretsOf(auth: Auth): readonly string[] {
  switch (auth.type) {
    case 'basic':
      return [auth.password, base64(`${auth.username}:${auth.password}`)];
    case 'bearer':
      return [auth.token];
    case 'apiKey':
      // An encoded key is base64 of "id:secret".
      return [auth.key, Buffer.from(auth.key, 'base64').toString('utf8').split(':')[1] ?? ''];
  }
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
