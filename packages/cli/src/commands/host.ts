import { Command } from "commander";
import type { Context } from "../context.js";
import { hostAdoptCommand } from "./host-adopt.js";
import { withExamples } from "./options.js";

export function hostCommand(context: Context): Command {
  const command = new Command("host")
    .summary("hosts of an inventory")
    .description("Hosts of an inventory.")
    .enablePositionalOptions()
    .addCommand(hostAdoptCommand(context));
  return withExamples(command, [["allmende host adopt web3.example.org", "take a Debian host into the inventory"]]);
}
