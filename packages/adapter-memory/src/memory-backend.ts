/** A backend that answers what a test says, and remembers what it was asked. */
import type { BackendAnswer, BackendRequest, DeploymentBackend } from "@tau-edge/ports";

export class MemoryBackend implements DeploymentBackend {
  /** How often a case is refused before it is accepted, by case key; what is not listed is accepted at once. */
  readonly refusals = new Map<string, number>();
  readonly asked: BackendRequest[] = [];

  async apply(request: BackendRequest): Promise<BackendAnswer> {
    this.asked.push(request);
    const left = this.refusals.get(request.case_key) ?? 0;
    if (left === 0) return { outcome: "accepted" };
    this.refusals.set(request.case_key, left - 1);
    return { outcome: "unavailable", detail: `${left} refusals are left` };
  }
}
