/** How Zeebe's backup store answers: not configured, connections refused, no answer at all. */
export type BackupStoreState = 'healthy' | 'none' | 'refused' | 'frozen';
