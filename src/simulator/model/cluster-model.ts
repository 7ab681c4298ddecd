import { changeSettings, exportsToApplications, type LiveOptions, type Settings } from '../options.ts';
import { createChanges, type Changes } from './changes.ts';
import type { Clock } from './clock.ts';
import { custodyOf, type Custody } from './custody.ts';
import { damagedSnapshots, evidenceOf, type Evidence } from './evidence.ts';
import { createCamundaExporter, createRecordsExporter } from './zeebe/exporters.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type { ObjectStore } from './backup-store/object-store.ts';
import type { Exporter } from './zeebe/partition.ts';
import type { RecordLog } from './log/record-log.ts';
import { createSearchEngine, type SearchEngine } from './search-engine/search-engine.ts';
import { createWebApp, partDurationFor, type WebApp } from './web-apps/web-app.ts';
import { effects, indicesOfParts, type WebAppName } from './web-apps/web-app-indices.ts';
import { createZeebeCluster, type ZeebeCluster } from './zeebe/zeebe-cluster.ts';

/** Everything behind one cluster's ports. */
export interface ClusterModel {
  readonly name: string;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly ledger: Ledger;
  readonly zeebe: ZeebeCluster;
  readonly engine: SearchEngine;
  /** Operate and Tasklist, or both as one; and Optimize where there is one. */
  readonly webApps: ReadonlyMap<WebAppName, WebApp>;
  /** Every history of every partition. */
  readonly logs: RecordLog[];
  /** Brings logs, exporters, indices and imports up to now. Whoever looks at the model calls it first. */
  advance(): void;
  /** Changes durations, rates and sizes, from now on. */
  change(options: LiveOptions): void;
  /** What is true, as data for a judge. */
  evidence(): Evidence;
  /** What was written and what lies there now: in this store, unless it is Zeebe's own that somebody looks at. */
  custody(store?: ObjectStore): Custody;
}

/** Exporters of Zeebe records, by the ID that they usually have. */
const recordsExporters = ['elasticsearch', 'opensearch'];
const camundaExporter = 'camundaexporter';

export function createClusterModel(name: string, settings: Settings, clock: Clock): ClusterModel {
  const changes = createChanges();
  const ledger = createLedger(clock.now);
  const logs: RecordLog[] = [];
  const advance = (): void => {
    zeebe.advance();
    engine.refreshWhenDue();
    for (const app of webApps.values()) app.advance();
  };
  const findLog = (partitionId: number, line: number): RecordLog | undefined =>
    logs.find((log) => log.partitionId === partitionId && log.line === line);
  const engine = createSearchEngine({
    ...settings.searchEngine,
    clock,
    aheadMs: () => settings.engineClockAheadMs,
    changes,
    ledger,
    findLog,
    catchUp: () => advance(),
  });

  const imports = !exportsToApplications(settings.version);
  const exporters = settings.exporters.map((id): Exporter => {
    if (recordsExporters.includes(id)) {
      engine.definitions.addOfRecords('zeebe-record', settings.version);
      return { id, write: createRecordsExporter('zeebe-record', settings.version, engine.indices, findLog) };
    }
    if (id !== camundaExporter) return { id, write: undefined };
    const own = new Map([...effects].filter(([index]) => indicesOfParts.webapps.flat().includes(index)));
    return { id, write: createCamundaExporter(own, engine.indices) };
  });
  const zeebe = createZeebeCluster({
    settings,
    clock,
    changes,
    ledger,
    logs,
    exporters,
    canExport: () => engine.writable,
  });

  const names: readonly WebAppName[] = [
    ...(imports ? (['operate', 'tasklist'] as const) : (['webapps'] as const)),
    ...(settings.optimize ? (['optimize'] as const) : []),
  ];
  const webApps: ReadonlyMap<WebAppName, WebApp> = new Map(
    names.map((app) => [app, createWebApp(app, webAppSettings(app, settings), engine, clock)]),
  );

  const ownIndices = names.flatMap((application) => [
    ...indicesOfParts[application].flat().map((index) => ({ application, index })),
    ...leftOutBy(application, settings).map((index) => ({ application, index })),
  ]);

  return {
    name,
    settings,
    clock,
    changes,
    ledger,
    zeebe,
    engine,
    webApps,
    logs,
    advance,
    change(options) {
      advance();
      changeSettings(settings, options);
      zeebe.planPeriods();
      changes.notify();
    },
    evidence() {
      advance();
      const facts = {
        cluster: name,
        applications: imports ? ('import' as const) : ('are-exported-to' as const),
        exporters: {
          records: exporters.find(({ id }) => recordsExporters.includes(id))?.id ?? null,
          applications: exporters.find(({ id }) => id === camundaExporter)?.id ?? null,
        },
        partitions: settings.partitions,
        indices: ownIndices,
        damaged: {
          zeebe: zeebe.backups.damaged(),
          snapshots: damagedSnapshots(ledger, engine.repositories.places),
        },
      };
      return evidenceOf(facts, logs, ledger);
    },
    custody(store = zeebe.objects.store) {
      advance();
      return custodyOf({ zeebe, engine, store, applications: ownIndices });
    },
  };
}

const leftOutBy = (app: WebAppName, { leftOutOfBackups, version }: Settings): readonly string[] =>
  leftOutOfBackups.filter((index) => {
    const owner = index.slice(0, index.indexOf('-'));
    return owner === app || (app === 'webapps' && owner !== 'optimize' && exportsToApplications(version));
  });

function webAppSettings(app: WebAppName, settings: Settings) {
  const { version, repository } = settings;
  const whole = { operate: 'operateMs', tasklist: 'tasklistMs', optimize: 'optimizeMs', webapps: 'historyMs' } as const;
  return {
    version,
    repository: repository ?? undefined,
    leftOut: leftOutBy(app, settings),
    get deleteDelayMs() {
      return settings.deleteDelayMs;
    },
    get partDurationMs() {
      const wholeMs = settings.durations[whole[app]];
      return wholeMs === undefined ? settings.partDurationMs : partDurationFor(wholeMs, indicesOfParts[app].length);
    },
  };
}
