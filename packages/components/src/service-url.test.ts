import { expect, test } from "vitest";
import { serviceUrl } from "./service-url.js";

test.each([
  [{ address: "web1", ports: { web: 8080 } }, "http://web1:8080/"],
  [{ address: "web1", ports: { web: "18080:80" } }, "http://web1:18080/"],
  [{ address: "::1", ports: { http: { host: 8081, container: 80 } } }, "http://[::1]:8081/"],
  [{ address: "web1", ports: { web: 8080, api: 8082 }, health: { http: "/", port: "api" } }, "http://web1:8082/"],
  [{ address: "web1", ports: { postgres: 5432 }, health: { port: "postgres" } }, undefined],
  [{ address: "web1" }, undefined],
])("%j answers at %s", (endpoint, url) => {
  expect(serviceUrl(endpoint)).toBe(url);
});
