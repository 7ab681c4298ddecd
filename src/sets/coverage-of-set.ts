import type { CatalogueReader, OpenedRecord } from '../catalogue/catalogue.ts';
import type { SearchEngineInventory } from '../clients/search-engine-inventory.ts';
import type { SearchEngineClient } from '../clients/search-engine.ts';
import type { Read } from '../model/check-readings.ts';
import { coverageFindings, type CoverageEvidence, type CoverageFinding } from '../model/coverage.ts';
import { indexOwners, patternsOf, type ConfiguredIndices } from '../model/index-owners.ts';
import { ownDefinitions, type DefinitionReading } from '../model/inventory.ts';
import { parsePartName, parseRecordName, type Snapshot } from '../model/snapshots.ts';
import { separateWebApps, type WebApp } from '../model/web-apps.ts';
import type { Reader } from './reader.ts';

/** Where it is read what of Camunda is live, and what the catalogue recorded. */
export interface CoverageSources extends ConfiguredIndices {
  readonly searchEngine: Pick<SearchEngineClient, 'readInfo'>;
  readonly inventory: SearchEngineInventory;
  readonly catalogue?: CatalogueReader;
}

/**
 * What a restore of the set that these snapshots make would delete or lose now: every live index, alias, template and policy of Camunda
 * against what they hold, and what the record of the set has. Of templates and policies nothing is said where it could not be read. Changes
 * nothing.
 */
export function coverageOfSet(
  { inventory, searchEngine, catalogue, ...configured }: CoverageSources,
  many: Reader,
  { snapshots, record }: { readonly snapshots: readonly Snapshot[]; readonly record: OpenedRecord | 'none' | 'unread' },
): Promise<Read<readonly CoverageFinding[]>> {
  return many(async (signal) => {
    const parts = snapshots.flatMap(({ name, indices, startTimeMs }): CoverageEvidence['snapshots'][number][] => {
      const component = parseRecordName(name) === undefined ? parsePartName(name)?.app : 'records';
      return component === undefined ? [] : [{ component, name, indices, startTimeMs }];
    });
    const owners = indexOwners(configured, expectedOf(parts));
    const beginnings = owners.flatMap((owner) => owner.beginnings);
    const { product } = await searchEngine.readInfo(signal);
    const [indices, all, recorded] = await Promise.all([
      inventory.readIndices(patternsOf(owners), signal),
      inventory.readDefinitions(product, signal),
      typeof record === 'string' ? undefined : catalogue?.readDefinitions(record, signal),
    ]);
    const live = namesOf(ownDefinitions(all, beginnings));
    const known = record !== 'unread' && (recorded === undefined || recorded.problems.length === 0);
    return coverageFindings({
      owners,
      indices,
      snapshots: parts,
      ...(known ? { definitions: { live, recorded: recorded?.value && namesOf(recorded.value) } } : {}),
    });
  });
}

/** Those that have parts, and those that are configured and could have. */
function expectedOf(parts: CoverageEvidence['snapshots']): readonly WebApp[] {
  const taken = parts.flatMap(({ component }) => (component === 'records' ? [] : [component]));
  const combined = taken.includes('webapps');
  const others = separateWebApps.filter((app) => !combined || app === 'optimize');
  return [...new Set([...taken, ...others])];
}

const namesOf = ({ indexTemplates, componentTemplates, legacyTemplates, policies }: DefinitionReading) => ({
  templates: [indexTemplates, componentTemplates, legacyTemplates].flat().map(({ name }) => name),
  policies: policies?.entries.map(({ name }) => name) ?? [],
});
