/** A step of a backup as the calls to the cluster show it: by the activity that makes them. */
export interface ChaosStep {
  readonly name: string;
  readonly activity: string;
  /** Of several runs of the activity in one backup this one: the one after that activity's first call. */
  readonly after?: string;
  /** Method of the one call that does something: the step's middle lies there, not at its second call. */
  readonly sends?: 'POST' | 'PUT';
}

/** In the order up to 8.7; from 8.8 on the web applications are taken in the pause. */
export const chaosSteps = [
  { name: 'DISCOVER', activity: 'discoverCluster' },
  { name: 'LOOK_FOR_LEFT_PAUSE', activity: 'findLeftPause' },
  { name: 'PREPARE', activity: 'prepareBackup' },
  { name: 'TAKE_WEB_APPS', activity: 'takeWebAppBackup', sends: 'POST' },
  { name: 'AWAIT_WEB_APPS', activity: 'awaitWebAppBackup' },
  { name: 'AWAIT_IN_STEP', activity: 'awaitInStep' },
  { name: 'PAUSE', activity: 'softPauseExporting', sends: 'POST' },
  { name: 'TAKE_RECORDS', activity: 'takeRecordSnapshot', sends: 'PUT' },
  { name: 'AWAIT_RECORDS', activity: 'awaitRecordSnapshot' },
  { name: 'CHECK_AFTER_RECORDS', activity: 'checkFence', after: 'takeRecordSnapshot' },
  { name: 'TAKE_ZEEBE', activity: 'takeZeebeBackup', sends: 'POST' },
  { name: 'AWAIT_ZEEBE', activity: 'awaitZeebeBackup' },
  { name: 'CHECK_AFTER_ZEEBE', activity: 'checkFence', after: 'takeZeebeBackup' },
  { name: 'RESUME', activity: 'resumeExporting', sends: 'POST' },
  { name: 'PROVE', activity: 'proveBackup' },
] as const satisfies readonly ChaosStep[];

export type StepName = (typeof chaosSteps)[number]['name'];

/** At the boundary the step's first call has arrived and nothing of it was done. */
export type Point = 'boundary' | 'middle';

export const stepOf = (name: StepName): ChaosStep => {
  const found = chaosSteps.find((step) => step.name === name);
  if (found === undefined) throw new TypeError(`there is no step ${name}`);
  return found;
};

/** The calls of an activity, for the simulator's faults. */
export const callsOf = (activity: string): { readonly caller: RegExp } => ({
  caller: new RegExp(String.raw`\(${activity}\)$`),
});
