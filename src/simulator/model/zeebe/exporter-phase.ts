export type ExporterPhase = 'EXPORTING' | 'PAUSED' | 'SOFT_PAUSED';
