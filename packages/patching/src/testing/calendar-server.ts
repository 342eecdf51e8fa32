import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A calendar in which one day is closed. */
export function calendarOf(day: string, reason = "Assembly"): string {
  const event = ["BEGIN:VEVENT", "UID:1", `SUMMARY:${reason}`, `DTSTART;VALUE=DATE:${day}`, "END:VEVENT"];
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-", ...event, "END:VCALENDAR", ""].join("\r\n");
}

/** A server of calendars on this machine; what it answers can be changed. */
export class CalendarServer {
  answer: RequestListener;
  readonly requests: IncomingMessage[] = [];
  readonly #server = createServer((request: IncomingMessage, response: ServerResponse) => {
    this.requests.push(request);
    this.answer(request, response);
  });

  constructor(text: string) {
    this.answer = (_, response) => response.writeHead(200, { etag: '"1"' }).end(text);
  }

  /** Gives its address, without a path. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
