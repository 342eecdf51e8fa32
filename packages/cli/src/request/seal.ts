import { UserError } from "@allmende/model";

/** A text as an armoured age file that only the recipient's owner opens. UserError `bad-age-recipient`, without the text in it. */
export async function seal(text: string, recipient: string): Promise<string> {
  const { armor, Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
    return armor.encode(await encrypter.encrypt(text));
  } catch (cause) {
    throw new UserError("nothing can be encrypted to this age recipient", {
      code: "bad-age-recipient",
      concerns: recipient,
      nextStep: "correct ageRecipient in the member's file: `allmende check` says what is wrong with it",
      cause,
    });
  }
}
