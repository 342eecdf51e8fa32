"""A small application for trying things: says what it was given, on port 8080. With EATS=1, GET /eat takes memory without end."""

import hashlib
import json
import os
import signal
import socket
import sys
import threading

started_at = open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19]
eaten = []


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return None


def digest(text):
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def describe():
    return {
        "lang": os.environ.get("LANG"),
        "greeting": os.environ.get("GREETING"),
        "secretFileSha256": digest(read("/run/secrets/API_KEY")),
        "secretEnvironmentSha256": digest(os.environ.get("API_KEY")),
        "memoryMax": (read("/sys/fs/cgroup/memory.max") or "").strip(),
        "processStartTicks": int(started_at),
        "user": os.getuid(),
        "version": os.environ.get("APP_VERSION"),
    }


def answer(path):
    if path == "/healthz":
        return "200 OK", "text/plain", "ok\n"
    if path == "/":
        return "200 OK", "application/json", json.dumps(describe()) + "\n"
    if path == "/eat" and os.environ.get("EATS") == "1":
        while True:
            eaten.append(bytearray(os.urandom(4096)) * 1024)
    return "404 Not Found", "text/plain", "not found\n"


def serve(connection):
    with connection:
        connection.settimeout(10)
        try:
            request = connection.recv(8192).decode("latin-1")
            path = request.split(" ")[1].split("?")[0] if " " in request else "/"
            status, kind, body = answer(path)
            data = body.encode()
            head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n"
            connection.sendall(head.encode() + data)
        except OSError:
            pass


def main():
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    listener = socket.socket(socket.AF_INET6)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    listener.bind(("::", int(os.environ.get("PORT", "8080"))))
    listener.listen(64)
    print("listening", flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


sys.exit(main())
