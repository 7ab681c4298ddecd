import type { ClusterConfig } from '../../../src/config/config.ts';
import { withEngine, withZeebe, type Misconfiguration } from '../check-world.ts';

const three = { brokers: 3 } as const;
const hang = { delayMs: 60_000 } as const;

type App = 'operate' | 'tasklist';

const withApp =
  (app: App, change: Partial<ClusterConfig['searchEngine']>) =>
  (config: ClusterConfig): ClusterConfig => {
    const endpoint = config[app];
    return endpoint === undefined ? config : { ...config, [app]: { ...endpoint, ...change } };
  };

const nowhere = 'http://127.0.0.1:1';

export const wrongAddresses: readonly Misconfiguration[] = [
  {
    title: 'nobody listens at the address of the gateway',
    codes: ['ADDRESS_UNREACHABLE'],
    config: withZeebe(({ gateway }) => ({ gateway: { ...gateway, url: nowhere } })),
  },
  {
    title: 'a broker is down',
    codes: ['ADDRESS_UNREACHABLE'],
    simulator: three,
    arrange: ({ cluster }) => cluster.brokers[2]?.stop(),
  },
  {
    title: 'Operate is down',
    codes: ['ADDRESS_UNREACHABLE'],
    arrange: ({ cluster }) => cluster.operate.stop(),
  },
  {
    title: 'the search engine is down',
    codes: ['ADDRESS_UNREACHABLE', 'WEB_APP_WITHOUT_ENGINE'],
    arrange: ({ cluster }) => cluster.searchEngine.stop(),
  },
  {
    title: 'the gateway does not answer when it is asked for the cluster',
    codes: ['ADDRESS_SILENT'],
    hangs: true,
    arrange: ({ fault }) => fault({ component: 'gateway', path: '/actuator/cluster' }, hang),
  },
  {
    title: 'the search engine hangs',
    codes: ['ADDRESS_SILENT'],
    hangs: true,
    arrange: ({ fault }) => fault({ component: 'search-engine' }, hang),
  },
  {
    title: 'https in the address of a broker that speaks http',
    codes: ['TLS_FAILED'],
    config: withZeebe(({ brokers }) => ({
      brokers: brokers.map(({ nodeId, endpoint }) => ({
        nodeId,
        endpoint: { ...endpoint, url: endpoint.url.replace('http:', 'https:') },
      })),
    })),
  },
  {
    title: 'a wrong password for the gateway',
    codes: ['NOT_AUTHENTICATED'],
    config: withZeebe(({ gateway }) => ({
      gateway: { ...gateway, auth: { type: 'basic', username: 'backup', password: 'another-password' } },
    })),
  },
  {
    title: 'no credentials for Tasklist',
    codes: ['NOT_AUTHENTICATED'],
    config: (config) => {
      const { auth: _auth, ...tasklist } = config.tasklist ?? { url: '', basePath: '', timeoutMs: 1 };
      return { ...config, tasklist };
    },
  },
  {
    title: 'no credentials for an Operate that alone was backed up before',
    codes: ['BACKUP_NOT_WHOLE', 'NOT_AUTHENTICATED'],
    config: (config) => {
      const { auth: _auth, ...operate } = config.operate ?? { url: '', basePath: '', timeoutMs: 1 };
      return { ...config, operate };
    },
    async arrange({ cluster }) {
      cluster.operate.takeByHand(7);
      await cluster.awaitState(({ operate }) => operate.backups.some(({ state }) => state === 'COMPLETED'));
    },
  },
  {
    title: 'the search engine wants an API key',
    codes: ['NOT_AUTHENTICATED'],
    arrange: ({ fault }) =>
      fault({ component: 'search-engine' }, { status: 401, body: { error: { type: 'security_exception' } } }),
  },
  {
    title: 'the API key may not look at repositories',
    codes: ['NOT_AUTHORIZED'],
    arrange: ({ fault }) =>
      fault(
        { component: 'search-engine', path: /^\/_snapshot/ },
        { status: 403, body: { error: { type: 'security_exception', reason: 'action is unauthorized' } } },
      ),
  },
  {
    title: 'a base path that the gateway does not have',
    codes: ['WRONG_PATH'],
    config: withZeebe(({ gateway }) => ({ gateway: { ...gateway, basePath: '/zeebe' } })),
  },
  {
    title: 'a base path that Operate does not have',
    codes: ['WRONG_PATH'],
    config: withApp('operate', { basePath: '/operate' }),
  },
  {
    title: 'the address of Tasklist leads to the search engine',
    codes: ['CALL_REFUSED'],
    config: (config, { urls }) => withApp('tasklist', { url: urls.searchEngine })(config),
  },
  {
    title: 'a login page stands before the gateway',
    codes: ['UNEXPECTED_ANSWER'],
    arrange: ({ fault }) => fault({ component: 'gateway' }, { status: 200, text: '<html>Log in</html>' }),
  },
  {
    title: 'a proxy stands before a broker and does not reach it',
    codes: ['SERVER_FAILING'],
    arrange: ({ fault }) => fault({ component: 'broker' }, 'html'),
  },
  {
    title: 'a broker publishes no metrics',
    codes: ['CHECK_INCOMPLETE'],
    arrange: ({ fault }) => fault({ component: 'broker', path: '/actuator/prometheus' }, { status: 404 }),
  },
  {
    title: 'the user may not read the policies of the search engine',
    codes: ['CHECK_INCOMPLETE'],
    arrange: ({ fault }) => fault({ component: 'search-engine', path: '/_slm/policy' }, { status: 403 }),
  },
  {
    title: 'the management ports let everybody in',
    codes: ['MANAGEMENT_PORT_OPEN'],
    simulator: { managementUser: null },
  },
  {
    title: 'the search engine is behind a path that a proxy has not',
    codes: ['CALL_REFUSED'],
    config: withEngine({ basePath: '/elastic' }),
  },
];
