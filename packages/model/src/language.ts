/** Languages that mails are written in. */
export const languages = ["de", "en"] as const;
export type Language = (typeof languages)[number];
