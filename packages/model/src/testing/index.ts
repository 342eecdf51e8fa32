export { plainService } from "./plain-service.js";
export { sampleWindow } from "./windows.js";
