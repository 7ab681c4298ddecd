/** How one server is reached. Built by `config/`, never part of an Event History. */
export interface Endpoint {
  /** Scheme, host and port; no path. */
  readonly url: string;
  /** Prepended to every path (`management.server.base-path`, a context path); '' when none. */
  readonly basePath: string;
  readonly auth?: Auth;
  readonly tls?: Tls;
  /** Deadline of one call, connection to last byte. */
  readonly timeoutMs: number;
}

export type Auth =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string }
  /** Elasticsearch's API key, already encoded. */
  | { readonly type: 'apiKey'; readonly key: string };

export interface Tls {
  /** PEM texts, not paths. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly insecureSkipVerify?: boolean;
}
