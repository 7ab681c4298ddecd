import type { FolderPlan } from '../support/replay.ts';
import { camunda85 } from './camunda-8.5.ts';
import { camunda86Cluster } from './camunda-8.6-cluster.ts';
import { camunda86 } from './camunda-8.6.ts';
import { s3Layout } from './s3-layout.ts';
import { elasticsearchOfCamunda, openSearchOfCamunda, openSearchOnS3 } from './search-engines-of-camunda.ts';
import { elasticsearchInventory, openSearchInventory } from './search-engine-inventory.ts';
import { elasticsearch, openSearch } from './search-engines.ts';
import { operate, operateOnOpenSearch, tasklist, tasklistOnOpenSearch } from './web-apps.ts';

/** Every folder of recordings has its plan here. */
export const plans: readonly FolderPlan[] = [
  camunda85,
  camunda86,
  camunda86Cluster,
  operate,
  tasklist,
  operateOnOpenSearch,
  tasklistOnOpenSearch,
  elasticsearch,
  openSearch,
  elasticsearchOfCamunda,
  elasticsearchInventory,
  openSearchInventory,
  openSearchOfCamunda,
  openSearchOnS3,
  s3Layout,
];
