/** The part of an inspection that a manifest states, in one place, so that building and checking cannot drift apart. */
import type { Inspection, ProducerField } from "@tau-edge/wasm";
import type { ManifestFacts } from "./manifest.ts";

export type InspectionFacts = Pick<
  ManifestFacts,
  "roles" | "interfaces" | "capabilities" | "export_count" | "name" | "producers" | "licences"
> & { readonly artifact_kind: Inspection["kind"] };

export function factsOf(inspection: Inspection): InspectionFacts {
  const { name, producers, registry } = inspection.metadata;
  const licences = Object.hasOwn(registry, "licenses") ? registry["licenses"] : undefined;
  return {
    artifact_kind: inspection.kind,
    roles: inspection.roles,
    interfaces: inspection.interfaces.map((fact) => ({ name: fact.name, functions: fact.functions })),
    capabilities: inspection.capabilities,
    export_count: inspection.export_count,
    ...(name !== undefined && { name }),
    ...(producers.length > 0 && { producers: producers.map(plainProducer) }),
    ...(licences !== undefined && { licences }),
  };
}

/** Only the fields that the manifest defines, whatever else an inspection may carry one day. */
function plainProducer(producer: ProducerField): ProducerField {
  return {
    field: producer.field,
    values: producer.values.map(({ name, version }) => ({ name, version })),
  };
}
