export { startAgent, type TestAgent } from "./agent.js";
export { freePort, sshdMissing, startSshd, type TestSshd, type TestSshdOptions } from "./sshd.js";
export { generateKey, run } from "./tools.js";
