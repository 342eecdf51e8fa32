export { makeCertificate, startSmtpServer, type TestCertificate, type TestSmtpServer, testLogin } from "./smtp.js";
