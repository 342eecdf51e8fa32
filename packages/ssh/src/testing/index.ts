export { freePort, sshdMissing, startSshd, type TestSshd, type TestSshdOptions } from "./sshd.js";
