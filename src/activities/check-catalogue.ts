import type { CheckReadings } from '../model/check-readings.ts';
import type { Reader } from '../sets/reader.ts';
import type { Cluster } from './clusters.ts';

/** Whether the catalogue can be read and, where `write` is asked for, written; and where the repository lies beside it. */
export async function readCatalogue(
  { name, catalogue, probes, inventory, repository }: Cluster,
  read: Reader,
  { write }: { readonly write: boolean },
): Promise<Pick<CheckReadings, 'catalogue'>> {
  if (catalogue === undefined || probes.catalogue === undefined) return {};
  const [records, written, registered] = await Promise.all([
    read(async (signal) => (await catalogue.list(name, signal)).length),
    write ? read((signal) => catalogue.tryToWrite(name, today(), signal)) : undefined,
    read((signal) => inventory.readRepository(repository, signal)),
  ]);
  return {
    catalogue: {
      configured: { ...probes.catalogue, place: catalogue.place },
      records,
      ...(written === undefined ? {} : { written }),
      repository: registered,
    },
  };
}

/** As in 2026-11-21. */
const today = (): string => new Date().toISOString().slice(0, 10);
