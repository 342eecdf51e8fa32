export { CalendarServer, calendarOf } from "./calendar-server.js";
export { type SimulatedHosts, simulateHosts } from "./simulated-hosts.js";
export { makeCertificate, startSmtpServer, type TestCertificate, type TestSmtpServer, testLogin } from "./smtp.js";
export { windowOf } from "./windows.js";
