import type { DiffResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import type { DiffKind, ResourceDiff } from "../resources/diff.js";
import { providerProto } from "./protos.js";

/** A diff as the engine wants it: in detail, and summed up in lists. */
export function renderDiff({ details }: ResourceDiff): DiffResponse {
  const { DiffChanges } = providerProto.DiffResponse;
  const response = new providerProto.DiffResponse()
    .setChanges(details.size === 0 ? DiffChanges.DIFF_NONE : DiffChanges.DIFF_SOME)
    .setHasdetaileddiff(true);
  const map = response.getDetaileddiffMap();
  for (const [path, { kind, isReplacement, isInput }] of details) {
    map.set(path, new providerProto.PropertyDiff().setKind(kindOf(kind, isReplacement)).setInputdiff(isInput));
    const property = topLevel(path);
    if (isReplacement && !response.getReplacesList().includes(property)) response.addReplaces(property);
    if (!response.getDiffsList().includes(property)) response.addDiffs(property);
  }
  // Two of a name cannot exist on a host.
  return response.setDeletebeforereplace(response.getReplacesList().length > 0);
}

function kindOf(kind: DiffKind, isReplacement: boolean) {
  const { Kind } = providerProto.PropertyDiff;
  const kinds = {
    add: [Kind.ADD, Kind.ADD_REPLACE],
    delete: [Kind.DELETE, Kind.DELETE_REPLACE],
    update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
  } as const;
  return kinds[kind][isReplacement ? 1 : 0];
}

const topLevel = (path: string) => /^[^.[]+/.exec(path)?.[0] ?? path;
