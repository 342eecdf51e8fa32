export { plainService } from "./plain-service.js";
