import { finding, type Finding, type Judged } from './check-findings.ts';
import { failureOf, valueOf, type CatalogueCheckReading, type CheckReadings } from './check-readings.ts';
import { folderOf } from './store-options.ts';

/** A backup without its record is still a backup: whatever is wrong here is a warning. */
export function judgeCatalogue(readings: CheckReadings): Judged {
  const { catalogue } = readings;
  if (catalogue === undefined) return { check: 'catalogue', seen: 'none in the cluster file', findings: [] };
  const { configured, records, written } = catalogue;
  const unreadable = failureOf(records);
  const refused = failureOf(written);
  const tried = written === undefined ? ', writing was not tried' : '';
  return {
    check: 'catalogue',
    ...(unreadable === undefined ? { seen: `${configured.place}, ${valueOf(records)} records${tried}` } : {}),
    findings: [
      ...(unreadable === undefined ? [] : [finding('CATALOGUE_UNREADABLE', unreadable.message)]),
      // Where nothing answers, that says it all.
      ...(refused === undefined || unreadable !== undefined
        ? []
        : [finding('CATALOGUE_NOT_WRITABLE', refused.message)]),
      ...notApart(catalogue, readings),
    ],
  };
}

/** Where something lies, in the words of Zeebe's settings; of a folder the path is `basePath`. */
interface Place {
  readonly kind: string;
  readonly bucket?: string;
  readonly basePath?: string;
}

/** The cluster file's own backup store was compared when it was read; here it is what the servers themselves say. */
function notApart({ configured, repository }: CatalogueCheckReading, readings: CheckReadings): readonly Finding[] {
  const registered = valueOf(repository);
  const engine = registered === undefined ? undefined : placeOfRepository(registered);
  const ofBrokers = readings.brokers.flatMap(({ nodeId, configuration }) => {
    const { storeKind: kind, bucket, basePath, store } = valueOf(configuration) ?? {};
    if (kind === undefined || kind === 'FILESYSTEM') return [];
    const place: Place = {
      kind,
      ...(bucket === undefined ? {} : { bucket }),
      ...(basePath === undefined ? {} : { basePath }),
    };
    return [{ who: `the backup store of broker ${nodeId}, ${store}`, place }];
  });
  const others = [
    ...(engine === undefined
      ? []
      : [{ who: `the snapshot repository "${readings.configured.repository}"`, place: engine }]),
    ...ofBrokers,
  ];
  return others
    .filter(({ place }) => overlap(configured, place))
    .slice(0, 1)
    .map(({ who }) => finding('CATALOGUE_NOT_APART', `${configured.place} and ${who}, lie one in the other`));
}

const kinds: Readonly<Record<string, string>> = { s3: 'S3', gcs: 'GCS', azure: 'AZURE', fs: 'FILESYSTEM' };

function placeOfRepository({
  type,
  settings,
}: {
  readonly type: string;
  readonly settings: Readonly<Record<string, string>>;
}): Place | undefined {
  const kind = kinds[type];
  if (kind === undefined) return undefined;
  if (kind === 'FILESYSTEM') {
    const { location: basePath = '' } = settings;
    // A relative one lies in a folder of the engine that it does not tell.
    return basePath.startsWith('/') ? { kind, bucket: '', basePath } : undefined;
  }
  const bucket = settings['bucket'] ?? settings['container'];
  return bucket === undefined ? undefined : { kind, bucket, basePath: settings['base_path'] ?? '' };
}

/** Two servers may have buckets of one name: what is compared is no more than the names. */
function overlap(one: Place, other: Place): boolean {
  const [a, b] = [folderOf(one.basePath ?? ''), folderOf(other.basePath ?? '')];
  return one.kind === other.kind && one.bucket === other.bucket && (a.startsWith(b) || b.startsWith(a));
}
