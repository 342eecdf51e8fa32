import { AllmendeError } from "@allmende/model";

/** Something about the lab itself failed: its image, namespace, registry or one of its hosts. */
export class LabError extends AllmendeError {}
