/** As Zeebe 8.6.0 wrote it into S3; the numbers of 8.5 and 8.6 are epoch seconds with a fraction. */
export const completed = (partitionId: number, checkpointId: number, nodeId: number | string = 0): string =>
  JSON.stringify({
    statusCode: 'completed',
    id: { nodeId, partitionId, checkpointId },
    descriptor: {
      snapshotId: '103-1-941-959-0',
      checkpointPosition: 2290,
      numberOfPartitions: 2,
      brokerVersion: '8.6.0',
    },
    snapshotFiles: { files: { 'OPTIONS-000007': {}, 'zeebe.metadata': {} } },
    segmentFiles: { files: { 'raft-partition-partition-1-1.log': {} } },
    createdAt: 1795228427.362999,
    modifiedAt: 1795228428.5317702,
  });

/** As GCS, Azure and a folder have it. */
export const completedElsewhere = (partitionId: number, checkpointId: number, nodeId: number | string = 0): string =>
  JSON.stringify({
    id: { nodeId, partitionId, checkpointId },
    descriptor: {
      snapshotId: '103-1-941-959-0',
      checkpointPosition: 2290,
      numberOfPartitions: 2,
      brokerVersion: '8.9.1',
      checkpointTimestamp: '2026-11-21T10:00:00.123Z',
      checkpointType: 'MANUAL_BACKUP',
      firstLogPosition: 7,
    },
    statusCode: 'COMPLETED',
    snapshot: { files: [{ name: 'OPTIONS-000007' }, { name: 'zeebe.metadata' }] },
    segments: { files: [{ name: 'raft-partition-partition-1-1.log' }] },
    createdAt: '2026-11-21T10:00:00.123456789Z',
    modifiedAt: '2026-11-21T10:00:01Z',
  });

/** Two files of a broker's snapshot. */
export const rocksDbOptions = '[Version]\n  rocksdb_version=9.4.0\n';
export const zeebeMetadata = JSON.stringify({ version: 1, processedPosition: 959, numExportedPosition: 941 });

/** A segment of the log, as long as it is told to be. */
export const logSegment = (bytes = 512): string =>
  'position,term,record\n'.repeat(Math.ceil(bytes / 21)).slice(0, bytes);
