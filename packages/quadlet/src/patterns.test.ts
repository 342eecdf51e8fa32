import { expect, test } from "vitest";
import { UnsafeValueError } from "./errors.js";
import * as pattern from "./patterns.js";

test.each([
  "host",
  "bridge",
  "container:other",
  "ns:/proc/1/ns/net",
  "slirp4netns",
  "shop.network:ip=1",
  "private",
  "",
])("no service joins network %j", (network) => {
  expect(() => pattern.network(network, "X")).toThrow(UnsafeValueError);
});

test.each(["shop.network", "pasta", "none"])("network %s", (network) => {
  expect(pattern.network(network, "X")).toEqual([network]);
});

test.each(["registry.example.org/a/b:1", "localhost:5000/app@sha256:0123abcdef", "r.test:5000/x:1.2_3-4"])(
  "image %s",
  (image) => {
    expect(pattern.image(image, "X")).toEqual([image]);
  },
);

test.each([
  "-v",
  "",
  "a b",
  "r.test/x:1.image",
  "r.test/x:1.build",
  "r.test/x:1\n",
  "docker-archive:/etc/shadow",
  "r.test/x:$HOME",
  "r.test/%h",
])("image %j is refused", (image) => {
  expect(() => pattern.image(image, "X")).toThrow(UnsafeValueError);
});

// A noncharacter makes systemd refuse the whole unit, U+0080 becomes a stray byte.
test.each([
  "relative",
  "/",
  "/a:b",
  "/a,b",
  "/a ",
  "/a\n",
  '/a"',
  "/a\\b",
  "/a\0",
  "/\u{10fffe}",
  "/\ufdd0",
  "/\u0080",
])("container path %j is refused", (path) => {
  expect(() => pattern.temporaryDirectory({ path, sizeBytes: 4096, mode: "1777" }, "X")).toThrow(UnsafeValueError);
  expect(() => pattern.mount({ source: "data.volume", path }, "X")).toThrow(UnsafeValueError);
});

test.each(["/a b", "../a", "/a:ro", "/a%h", "/", "name", "./x"])("host path %j is refused", (source) => {
  expect(() => pattern.mount({ source, path: "/x" }, "X")).toThrow(UnsafeValueError);
});

test("mounts, ports and directories in Podman's words", () => {
  expect(pattern.mount({ source: "/usr/bin/busybox", path: "/b x", readOnly: true }, "X")).toEqual([
    "/usr/bin/busybox:/b x:ro",
  ]);
  expect(pattern.publishedPort({ host: 53, container: 5353, protocol: "udp" }, "X")).toEqual(["53:5353/udp"]);
  expect(() => pattern.publishedPort({ host: 0, container: 1, protocol: "tcp" }, "X")).toThrow(UnsafeValueError);
  expect(pattern.temporaryDirectory({ path: "/50%", sizeBytes: 8192, mode: "755" }, "X")).toEqual([
    "/50%%:rw,nosuid,nodev,size=8192,mode=755",
  ]);
});

test.each(["root", "1000", "1000:1000", "www-data:33"])("user %s", (user) => {
  expect(pattern.user(user, "X")).toEqual([user]);
});

test.each(["", "-u", "a b", "a:b:c", "keep-id:x=%h"])("user %j is refused", (user) => {
  expect(() => pattern.user(user, "X")).toThrow(UnsafeValueError);
});
