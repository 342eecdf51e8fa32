import { listOf, type ObjectType, object } from "./property.js";

/** How a host tells of units that fail, and what it needs for that. */
export const mailObjectTypes: Readonly<Record<string, ObjectType>> = {
  UnitFailures: {
    description: "How a host tells its hostmasters by e-mail of units that fail.",
    properties: {
      from: { type: object("MailSender"), required: true, description: "Who the mails come from." },
      hostmasters: { type: listOf("string"), required: true, description: "Addresses that get the mails." },
      language: { type: "string", required: true, description: "Language of the mails: `de` or `en`." },
      smtp: { type: object("SmtpServer"), required: true, description: "The server that takes the mails." },
      atMostEvery: {
        type: "string",
        required: true,
        description:
          "Between two mails of the host, e.g. `15m`; what fails meanwhile is counted, and named in the next.",
      },
      sameUnitEvery: {
        type: "string",
        required: true,
        description: "How long after a mail the same unit is no reason for another, e.g. `6h`.",
      },
      logLines: {
        type: "integer",
        required: true,
        description:
          "So many last lines of a failed system unit's log are in the mail; of members' services none ever is.",
      },
    },
  },
  MailSender: {
    description: "Who mails come from.",
    properties: {
      name: { type: "string", required: true, description: "What recipients see as the sender." },
      address: { type: "string", required: true, description: "Address that mails come from." },
    },
  },
  SmtpServer: {
    description: "A server that takes mails.",
    properties: {
      host: { type: "string", required: true, description: "DNS name or IP address, as its certificate has it." },
      port: { type: "integer", required: true, description: "Port, e.g. 587." },
      tls: {
        type: "string",
        required: true,
        description: "`starttls`, `implicit`, or `none`; with `-unverified`, whoever answers is believed.",
      },
      ca: { type: "string", description: "Authority that signed its certificate, in PEM. Default: public ones." },
      user: { type: "string", description: "Login name. Default: no login." },
      password: { type: "string", secret: true, description: "The login's password." },
    },
  },
};
