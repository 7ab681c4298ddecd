/** The import direction of the folders below src. The fix for a violation is to move code down, never to widen a rule. */
const layer = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^(src|node_modules)/|^node:|^[a-z_/]+$', pathNot: [`^src/${from}/`, ...allowed] },
});

const npm = (...packages) => packages.map((name) => `^node_modules/${name}/`);
const node = [
  '^(node:)?(crypto|dns|dns/promises|events|fs|fs/promises|http|https|net|os|path|stream|stream/consumers|timers|timers/promises|tls|url|util|zlib)$',
];

const processes = ['^(node:)?(child_process|readline)$'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    layer('model', 'model', [], 'model imports nothing: no package, no node:'),
    layer(
      'clients',
      'clients',
      ['^src/model/', ...npm('zod', 'undici', 'lossless-json'), ...node],
      'clients know the wire and the vocabulary',
    ),
    layer(
      'stores',
      'stores',
      [
        '^src/model/',
        ...npm(
          'zod',
          'undici',
          'lossless-json',
          '@aws-sdk/client-s3',
          '@azure/identity',
          '@azure/storage-blob',
          '@google-cloud/storage',
          '@node-rs/crc32',
          'fzstd',
        ),
        ...node,
      ],
      'stores know their SDK and the vocabulary',
    ),
    layer(
      'catalogue',
      'catalogue',
      ['^src/(model|stores)/', ...npm('zod'), ...node],
      'the catalogue lies in an object store and knows the vocabulary',
    ),
    layer(
      'sets',
      'sets',
      ['^src/(model|clients|stores|catalogue)/', ...node],
      'sets are read for the activities and for a command line without Temporal',
    ),
    layer(
      'activities',
      'activities',
      [
        '^src/(model|clients|stores|catalogue|sets|runtime)/',
        ...npm('@temporalio/activity', '@temporalio/worker', 'zod'),
        ...node,
      ],
      'activities use clients and stores, and read what an earlier attempt reported',
    ),
    layer(
      'workflows',
      'workflows',
      ['^src/model/', '^src/activities/index\\.ts$', ...npm('@temporalio/workflow', '@temporalio/common')],
      'workflows know the vocabulary and the types of the activities',
    ),
    layer(
      'config',
      'config',
      ['^src/model/', '^src/(clients|stores|catalogue|runtime)/', ...npm('zod', 'yaml'), ...node],
      'config reads files and the environment',
    ),
    layer(
      'temporal',
      'temporal',
      ['^src/config/', ...npm('@temporalio/envconfig'), ...node],
      'how Temporal is reached, for a client and for a worker',
    ),
    layer(
      'schedules',
      'schedules',
      ['^src/(model|config)/', ...npm('@temporalio/client', '@temporalio/common'), ...node],
      'schedules are read and changed by any client of Temporal',
    ),
    layer(
      'cli',
      'cli',
      [
        '^src/(model|config|clients|schedules|sets|temporal)/',
        '^src/workflows/(messages|backup-cluster|check-cluster)\\.ts$',
        ...npm('commander', '@temporalio/client', '@temporalio/envconfig', 'zod'),
        ...node,
      ],
      'a command starts Workflows like any client, and talks to a cluster only by its clients',
    ),
    layer(
      'simulator',
      'simulator',
      ['^src/model/', ...npm('zod', 'hono', '@hono/node-server'), ...node],
      'the simulator never shares code with the clients',
    ),
    layer('judge', 'judge', npm('zod'), 'the judge is told what happened and shares nothing with what it judges'),
    layer('setup', 'setup', [...node, ...processes], 'runs before anything is installed'),
    layer(
      'parts',
      'parts',
      [...npm('zod', 'lossless-json', '@temporalio/client'), ...node, ...processes],
      'parts are programs on this machine, as processes of their own',
    ),
    layer(
      'demo',
      'demo',
      [
        '^src/(model|simulator|judge|parts|setup)/',
        '^src/workflows/backup-cluster\\.ts$',
        '^src/cli/heartbeat\\.ts$',
        ...npm('@temporalio/client', '@temporalio/common'),
        ...node,
      ],
      'the demo puts a simulated cluster, a server and a worker side by side',
    ),
    {
      name: 'product-without-demo',
      comment: 'simulator, judge, parts, setup and demo are left out of the image: nothing of the worker may need them',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(demo|judge|parts|setup|simulator)/|^src/cli\\.ts$' },
      to: { path: '^src/(demo|judge|parts|setup|simulator)/' },
    },
    {
      name: 'composition-roots',
      comment:
        'worker.ts, cli.ts and index.ts put the parts together; nobody imports them, but that cli.ts can be the worker',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli\\.ts$' },
      to: { path: '^src/(worker|cli|index)\\.ts$' },
    },
    {
      name: 'worker-folder',
      comment: 'src/worker is part of the composition root',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(worker/|(worker|cli|index)\\.ts$)' },
      to: { path: '^src/worker/' },
    },
    { name: 'no-circular', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    { name: 'not-to-test', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|scripts)/' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
