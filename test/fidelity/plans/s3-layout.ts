import type { FolderPlan } from '../support/replay.ts';

/** Keys and manifests that Zeebe wrote into a store. */
export const s3Layout: FolderPlan = {
  folder: 's3-layout',
  rules: {},
  scenes: [],
  notComparable: {
    'not an exchange':
      'f1_1_1795229000_0_manifest, f1_2_1795229000_0_manifest, keys-8.6.0-2partitions.txt, manifest-8.5.8',
  },
};
